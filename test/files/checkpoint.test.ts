import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openOutput } from '../../src/files/index.js';
import { withFolder } from '../pipeline/digits.js';

const KEPT = { identity: { '--bits': '2' }, force: false };
const STATE = {
  weights: [Float32Array.of(1, -0, Number.NaN, Number.NEGATIVE_INFINITY), Int32Array.of(7)],
  levels: new Map([['kernel', Float32Array.of(0.5)]]),
  best: null,
  bytes: Number.POSITIVE_INFINITY,
};

const fileOf = (folder: string) => join(folder, '.qgt-run', 'checkpoint', 'training-0.ckpt');

/** Leaves a folder as a run does that kept a state and then ended early. */
async function interrupt(folder: string, run = KEPT): Promise<void> {
  const output = await openOutput({ folder, force: true, files: [] });
  assert.equal(await output.checkpoint.write('training-0', STATE, run), null);
  await output.close();
}

const resume = (folder: string) => openOutput({ folder, force: false, files: [], resume: true });

describe('a checkpoint', () => {
  it('gives back what was kept, in a folder that holds nothing else', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      assert.deepEqual(await readdir(folder), ['.qgt-run']);
      const output = await resume(folder);
      assert.deepEqual(await output.checkpoint.run(), KEPT);
      assert.deepEqual(await output.checkpoint.names(), ['training-0']);
      assert.deepEqual(await output.checkpoint.read('training-0'), STATE);
      assert.equal(await output.checkpoint.read('training-1'), undefined);
      await output.close();
    }));

  it('goes with the commit that finishes the run, and stays with one that does not', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      const first = await resume(folder);
      await first.add({ path: 'model.qgt', bytes: 'half trained' });
      await first.commit('unfinished');
      await first.close();
      assert.deepEqual((await readdir(folder)).sort(), ['.qgt-run', 'model.qgt']);
      const second = await resume(folder);
      assert.deepEqual(await second.checkpoint.read('training-0'), STATE);
      await second.add({ path: 'model.qgt', bytes: 'trained' });
      await second.commit();
      await second.close();
      assert.deepEqual(await readdir(folder), ['model.qgt']);
      assert.equal(await readFile(join(folder, 'model.qgt'), 'utf8'), 'trained');
    }));

  it('has the commit that finishes the run remove what an interrupted one wrote of it, as long as it is that', () =>
    withFolder(async (folder) => {
      await interrupt(folder, { ...KEPT, force: true });
      for (const text of ['a tenth', 'a half']) {
        const stopped = await resume(folder);
        for (const path of ['model.partial.qgt', 'page.html', 'report.csv', 'report.json'])
          await stopped.add({ path, bytes: text });
        await stopped.commit('unfinished');
        await stopped.close();
      }
      await writeFile(join(folder, 'page.html'), 'theirs');
      await rm(join(folder, 'report.csv'));
      const last = await resume(folder);
      for (const path of ['model.qgt', 'report.json']) await last.add({ path, bytes: 'all' });
      await last.commit();
      await last.close();
      assert.deepEqual((await readdir(folder)).sort(), ['model.qgt', 'page.html', 'report.json']);
      assert.equal(await readFile(join(folder, 'page.html'), 'utf8'), 'theirs');
      assert.equal(await readFile(join(folder, 'report.json'), 'utf8'), 'all');
    }));

  it("lets the resumed run replace what the interrupted one wrote, and nobody else's file of that name", () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      const stopped = await resume(folder);
      await stopped.add({ path: 'model.qgt', bytes: 'a half' });
      await stopped.commit('unfinished');
      await stopped.close();
      const last = await resume(folder);
      await writeFile(join(folder, 'report.json'), 'theirs');
      for (const path of ['model.qgt', 'report.json']) await last.add({ path, bytes: 'all' });
      await assert.rejects(
        last.commit(),
        /report\.json: was put there meanwhile; move it away, and repeat the command with --resume/,
      );
      await last.close();
      assert.equal(await readFile(join(folder, 'report.json'), 'utf8'), 'theirs');
      assert.equal(await readFile(join(folder, 'model.qgt'), 'utf8'), 'a half');
      const known = { folder, force: false, files: ['model.qgt', 'report.json'], resume: true };
      await assert.rejects(openOutput(known), /report\.json: was put there meanwhile; .* with --resume/);
      await rm(join(folder, 'report.json'));
      await (await openOutput(known)).close();
    }));

  it('leaves those files where the run begins anew', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      const stopped = await resume(folder);
      await stopped.add({ path: 'model.partial.qgt', bytes: 'a half' });
      await stopped.commit('unfinished');
      await stopped.close();
      const anew = await openOutput({ folder, force: true, files: [] });
      await anew.add({ path: 'model.qgt', bytes: 'all' });
      await anew.commit();
      await anew.close();
      assert.deepEqual((await readdir(folder)).sort(), ['model.partial.qgt', 'model.qgt']);
    }));

  it('keeps a new run off its folder, unless that is forced to start anew', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      await assert.rejects(
        openOutput({ folder, force: false, files: [] }),
        /checkpoint of an interrupted run; give --resume to go on with it, --force to start anew/,
      );
      const anew = await openOutput({ folder, force: true, files: [] });
      assert.equal(await anew.checkpoint.run(), null);
      await anew.close();
      assert.deepEqual(await readdir(folder), []);
    }));

  it('is asked for where there is none: that is an error, and nothing is made', () =>
    withFolder(async (folder) => {
      await assert.rejects(resume(join(folder, 'new')), /no checkpoint .* to go on from; leave out --resume/);
      assert.deepEqual(await readdir(folder), []);
    }));

  it('lets the resumed run replace what the interrupted one was allowed to, and nothing else', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      await writeFile(join(folder, 'theirs.txt'), 'theirs');
      await assert.rejects(
        resume(folder),
        /not empty, got theirs\.txt; move what stands there away, and repeat --resume/,
      );
      await interrupt(folder, { ...KEPT, force: true });
      await (await resume(folder)).close();
    }));

  it('is refused as soon as a byte of it is another one', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      const output = await resume(folder);
      const good = await readFile(fileOf(folder));
      const refused = /training-0\.ckpt: (the checkpoint is damaged|is a checkpoint of another version)/;
      for (let at = 0; at < good.length; at += 5) {
        const bad = Uint8Array.from(good);
        bad[at]! ^= 1;
        await writeFile(fileOf(folder), bad);
        await assert.rejects(output.checkpoint.read('training-0'), refused, `byte ${at}`);
      }
      await writeFile(fileOf(folder), good.subarray(0, good.length - 1));
      await assert.rejects(output.checkpoint.read('training-0'), /is damaged; .*--force, which starts anew/);
      await output.close();
    }));

  it('that could not be written says why, and leaves the one before', () =>
    withFolder(async (folder) => {
      await interrupt(folder);
      const output = await resume(folder);
      assert.match((await output.checkpoint.write('training-0', () => {}, KEPT))!, /could not be cloned/);
      assert.deepEqual(await output.checkpoint.read('training-0'), STATE);
      await output.close();
    }));
});
