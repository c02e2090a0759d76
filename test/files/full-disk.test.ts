import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { withFolder } from '../pipeline/digits.js';

const LOADER = new URL('../typescript.js', import.meta.url).pathname;
const FILES = new URL('../../src/files/index.ts', import.meta.url).href;

/** Runs a program with `openOutput` in a process that may write files of so many KiB; what it prints. */
async function limited(kibibytes: number, folder: string, program: string): Promise<string> {
  const source = `
    import { openOutput } from ${JSON.stringify(FILES)};
    const folder = ${JSON.stringify(folder)};
    const run = { identity: {}, force: false };
    ${program}`;
  const node = [process.execPath, '--import', LOADER, '--input-type=module', '--eval', source];
  const command = ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', ...node];
  return (await promisify(execFile)('bash', command)).stdout;
}

// A limit on the size of files stands for a disk that is full.
describe('where the disk takes no more', { skip: process.platform !== 'linux' }, () => {
  it('not one byte, nothing is left', () =>
    withFolder(async (parent) => {
      await mkdir(join(parent, 'out'));
      const program = `
        await openOutput({ folder, force: true, files: [] }).catch((thrown) => console.log(thrown.message));`;
      assert.match(await limited(0, join(parent, 'out'), program), /out: EFBIG.*; choose another folder/);
      assert.match(await limited(0, join(parent, 'new'), program), /new: EFBIG.*; choose another folder/);
      assert.deepEqual(await readdir(parent, { recursive: true }), ['out']);
    }));

  it('the former state stays, and a file is refused', () =>
    withFolder(async (folder) => {
      const program = `
        const output = await openOutput({ folder, force: true, files: [] });
        const states = [new Uint8Array(10), new Uint8Array(10_000)];
        for (const state of states) console.log(await output.checkpoint.write('training-0', state, run));
        console.log((await output.checkpoint.read('training-0')).length);
        const adding = output.add({ path: 'model.qgt', bytes: new Uint8Array(10_000) });
        await adding.catch((thrown) => console.log(thrown.message));
        await output.close();`;
      const lines = (await limited(4, folder, program)).trim().split('\n');
      assert.equal(lines[0], 'null');
      assert.match(lines[1]!, /^EFBIG/);
      assert.equal(lines[2], '10');
      assert.match(lines[3]!, /model\.qgt: EFBIG.*; choose another folder with -o/);
      const left = await readdir(join(folder, '.qgt-run'), { recursive: true });
      assert.deepEqual(left.sort(), ['checkpoint', 'checkpoint/run.ckpt', 'checkpoint/training-0.ckpt']);
    }));
});
