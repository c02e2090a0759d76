import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { run, show, start, sweepOfDigits, tableOf } from './claimants.js';
import { assertSameTables, byOne, byTwo } from './same-tables.js';

const few = { epochs: 1, maxSteps: 4, batchSize: 32 };
const short = { samples: 1100, options: {}, digits: few, mnist: few, minMs: 0 };

describe('a sweep of two models', () => {
  it('by one process, and by two over a folder: the same table, of 24 trials', () =>
    withFolder(async (folder) => {
      await assertSameTables(folder, short, [byOne, byTwo]);
    }));

  it('is prepared for two over a folder, who run every trial once, to the same files as one process', () =>
    withFolder(async (folder) => {
      const [one, two] = [join(folder, 'one'), join(folder, 'two')];
      const options = await sweepOfDigits(folder, ['--bits', '2,4']);
      await run([...options, '-o', one, '--jobs', '2']);
      await run([...options, '-o', two, '--prepare']);
      const prepared = await show(two);
      assert.deepEqual(
        prepared.trials.map(({ state }) => state),
        ['open', 'open'],
      );
      const claimants = [start(['sweep', 'run', two]), start(['sweep', 'run', two])];
      const ends = await Promise.all(claimants.map(({ end }) => end));
      assert.deepEqual(
        ends.map(({ code }) => code),
        [0, 0],
      );
      // Every trial was run by one of them.
      const told = ends.flatMap(({ err }) =>
        [...err.matchAll(/ trials.*: (bits=.*?):/g)].map(([, name]) => name),
      );
      assert.deepEqual(told.sort(), prepared.trials.map(({ name }) => name).sort());
      const [first, second] = [await show(one), await show(two)];
      assert.deepEqual(tableOf(second), tableOf(first));
      assert.equal(first.trials.filter(({ state }) => state === 'done').length, 2);
      assert.equal(first.recommendations.length, 1);
      for (const { id } of first.trials) {
        const packed = (base: string) => readFile(join(base, 'trials', id, 'out', 'model.qgt'));
        assert.deepEqual(await packed(two), await packed(one));
        assert.ok(!(await readdir(join(two, 'trials', id))).includes('claim.json'));
      }
    }));

  it('goes on where a claimant was killed, or asked to stop, in the middle of a training', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'sweep');
      const data = await saveFewDigits(200, folder);
      const options = [
        'sweep',
        digits.model,
        '--data',
        data,
        '--engine',
        'embedded',
        '--epochs',
        '6',
        '--bits',
        '2',
      ];
      await run([...options, '-o', join(folder, 'whole')]);
      const [whole] = (await show(join(folder, 'whole'))).trials;
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        const claimant = start([...options, '-o', output]);
        const checkpoint = join(output, 'trials', whole!.id, 'out', '.qgt-run', 'checkpoint', 'run.ckpt');
        for (let waited = 0; !(await exists(checkpoint)); waited += 10) {
          assert.ok(waited < 120_000, claimant.said());
          await setTimeout(10);
        }
        claimant.child.kill(signal);
        assert.equal((await claimant.end).code, signal === 'SIGKILL' ? null : 143);
        assert.equal((await show(output)).trials[0]!.state, 'open');
        await run(['sweep', 'run', output]);
        const log = await readFile(join(output, 'trials', whole!.id, 'log.txt'), 'utf8');
        assert.equal(log, '');
        const packed = (base: string) => readFile(join(base, 'trials', whole!.id, 'out', 'model.qgt'));
        assert.deepEqual(await packed(output), await packed(join(folder, 'whole')));
        await rm(output, { recursive: true });
      }
    }));
});

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );
