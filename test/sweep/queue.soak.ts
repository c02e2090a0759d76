import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { run, show, tableOf } from './claimants.js';
import { surviveKills } from './killed-workers.js';
import { withoutRedis } from './redis-server.js';

/** Twelve trials of ten seconds and more. */
const options = ['--engine', 'embedded', '--epochs', '6', '--bits', '2,3,4,8', '--seed', '0,1,2'];

describe('a sweep over a queue', { skip: withoutRedis }, () => {
  it('survives 20 kills of workers and 3 of the server, with and without an append-only file', (test) =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(1347, folder);
      const sweep = ['sweep', digits.model, '--data', data, '--eval', digits.test, ...options];
      const one = join(folder, 'one');
      await run([...sweep, '--jobs', '2', '-o', one]);
      const expected = await show(one);
      for (const { name, durationMs } of expected.trials)
        assert.ok(durationMs! >= 10_000, `${name}: ${durationMs}`);
      for (const keeping of ['append-only file', 'nothing'] as const) {
        const mishaps = { keeping, workerKills: 20, serverKills: 3 };
        const { report, toll } = await surviveKills(sweep, join(folder, keeping), mishaps);
        assert.deepEqual(tableOf(report), tableOf(expected));
        test.diagnostic(toll);
      }
    }));
});
