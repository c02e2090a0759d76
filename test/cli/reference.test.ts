import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { renderReference } from './reference.js';

it('docs/cli.md says what the help says; UPDATE=1 writes it anew', () => {
  const path = new URL('../../docs/cli.md', import.meta.url);
  const text = renderReference();
  if (process.env.UPDATE === '1') writeFileSync(path, text);
  assert.equal(readFileSync(path, 'utf8'), text);
});
