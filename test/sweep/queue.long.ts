import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { run, show, tableOf } from './claimants.js';
import { surviveKills } from './killed-workers.js';
import { withoutRedis } from './redis-server.js';

const options = ['--engine', 'embedded', '--epochs', '6', '--bits', '2,4'];

describe('a sweep over a queue', { skip: withoutRedis }, () => {
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
