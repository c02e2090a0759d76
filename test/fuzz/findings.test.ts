import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { QgtError } from '../../src/core/index.js';
import { targets } from './targets/index.js';

/** Inputs that once did what none may do: TARGET-SEED-NUMBER, as `npm run fuzz` keeps them, or TARGET-WHAT, by hand. */
const folder = new URL('findings/', import.meta.url);

describe('what fuzzing found', () => {
  for (const name of readdirSync(folder))
    it(`${name} is read or refused`, async () => {
      const scratch = await mkdtemp(join(tmpdir(), 'qgt-finding-'));
      try {
        const target = targets.find((each) => name.startsWith(`${each.name}-`))!;
        const ready = await target.setUp(scratch);
        await ready
          .run(readFileSync(new URL(name, folder)))
          .catch((thrown) => assert.ok(thrown instanceof QgtError, thrown));
      } finally {
        await rm(scratch, { recursive: true });
      }
    });
});
