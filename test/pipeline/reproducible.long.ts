import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { skipWithoutNative } from '../engine/native-available.js';
import { digits, withFolder } from './digits.js';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Compresses the digits in a process of its own, ten epochs on the native engine, and hashes the file. */
async function hashOfRun(output: string, seed: number): Promise<string> {
  const { model, train, test } = digits;
  const options = { model, data: train, eval: test, bits: 2, epochs: 10, seed, engine: 'native', output };
  const script = `import('./src/index.ts').then(({ compress }) => compress(${JSON.stringify(options)}))`;
  execFileSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: ROOT });
  return createHash('sha256')
    .update(await readFile(join(output, 'model.qgt')))
    .digest('hex');
}

describe('ten epochs on the native engine', { skip: await skipWithoutNative() }, () => {
  it('give the same bytes under the same seed, and others under another', () =>
    withFolder(async (folder) => {
      const first = await hashOfRun(join(folder, 'first'), 7);
      assert.equal(await hashOfRun(join(folder, 'second'), 7), first);
      assert.notEqual(await hashOfRun(join(folder, 'third'), 8), first);
    }));
});
