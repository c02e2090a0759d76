import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { run, show, start, sweepOfDigits, tableOf } from './claimants.js';
import { surviveKills } from './killed-workers.js';
import { withoutRedis, withRedis } from './redis-server.js';
import { until, Workers } from './workers.js';

const options = ['--engine', 'embedded', '--epochs', '6', '--bits', '2,3,4'];

describe('a sweep over a queue', { skip: withoutRedis }, () => {
  it('by two workers, of which one fetches models and data, comes to the same table and the same files', () =>
    withRedis('nothing', (server) =>
      withFolder(async (folder) => {
        const options = await sweepOfDigits(folder, ['--bits', '2,3,4']);
        const [one, queued] = [join(folder, 'one'), join(folder, 'queued')];
        await run([...options, '-o', one]);
        const workers = new Workers(server.url, folder, [['--fetch'], []]);
        try {
          // The one that fetches has a trial before the other one is there.
          workers.startOne(0);
          const sweeping = start([...options, '-o', queued, '--queue', server.url]);
          await until('a trial has begun', () => workers.trialOf(0) !== null);
          workers.startOne(1);
          const end = await sweeping.end;
          assert.equal(end.code, 0, end.err);
          const expected = await show(one);
          assert.deepEqual(tableOf(await show(queued)), tableOf(expected));
          for (const { id } of expected.trials) {
            const packed = (base: string) => readFile(join(base, 'trials', id, 'out', 'model.qgt'));
            assert.deepEqual(await packed(queued), await packed(one));
          }
          assert.equal(await workers.end(0, 'SIGINT'), 130);
          assert.equal(await workers.end(1, 'SIGTERM'), 143);
          assert.deepEqual(
            (await server.keys()).filter((key) => expected.trials.some(({ id }) => key.includes(id))),
            [],
          );
        } finally {
          await workers.endAll();
        }
      }),
    ));

  it('survives kills of workers in the middle of a training, and of a server that keeps nothing', (test) =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(700, folder);
      const sweep = ['sweep', digits.model, '--data', data, ...options];
      await run([...sweep, '--jobs', '2', '-o', join(folder, 'one')]);
      const mishaps = { keeping: 'nothing', workerKills: 2, serverKills: 1 } as const;
      const { report, toll } = await surviveKills(sweep, join(folder, 'queued'), mishaps);
      assert.deepEqual(tableOf(report), tableOf(await show(join(folder, 'one'))));
      test.diagnostic(toll);
    }));
});
