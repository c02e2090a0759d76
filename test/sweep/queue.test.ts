import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseOptions } from '../../src/pipeline/parse-options.js';
import { fileSchema } from '../../src/sweep/queue/queued-trial.js';
import { type FeedParts, TrialFeed } from '../../src/sweep/queue/trial-feed.js';
import { SweepInputs } from '../../src/sweep/queue/trial-inputs.js';
import { reportSweep } from '../../src/sweep/report-sweep.js';
import { SweepState } from '../../src/sweep/sweep-state.js';
import { createTrial } from '../../src/sweep/trial.js';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { run, show, start, sweepOfDigits } from './claimants.js';
import { freePort, withoutRedis, withRedis } from './redis-server.js';
import { until, Workers } from './workers.js';

describe('a queue', () => {
  it('takes the address of a Redis server alone', () => {
    for (const server of ['redis://host', 'rediss://:word@host:6380/2'])
      assert.equal(parseOptions('worker', { server }).server, server);
    for (const server of ['host:6379', 'http://host', 'redis://', '', 'redis'])
      assert.throws(
        () => parseOptions('worker', { server }),
        /server: must be the address of a Redis server/,
      );
  });

  it('that nobody serves ends within seconds, and tells where, what and the remedy, but no password', async () => {
    const port = await freePort();
    const url = `redis://:secret@127.0.0.1:${port}`;
    await withFolder(async (folder) => {
      const commands = [
        ['worker', url],
        [...(await sweepOfDigits(folder, [])), '-o', join(folder, 'sweep'), '--queue', url],
      ];
      for (const command of commands) {
        const { err } = await run(command, 2);
        assert.match(
          err,
          new RegExp(`redis://127.0.0.1:${port}: no Redis server .*ECONNREFUSED.*; start it`),
        );
        assert.doesNotMatch(err, /secret/);
      }
    });
  });

  it('tells others that a trial runs, for as long as a worker runs it', () =>
    withFolder(async (folder) => {
      const trial = createTrial({ model: 'a.json', data: 'd.npz', bits: 2, epochs: 0, seed: 0 }, '');
      const plan = { trainedBy: 'qgt', rungs: null, limits: {}, trials: [trial], notes: [] };
      let state = 'active';
      const job = { getState: async () => state, progress: {}, remove: async () => {} };
      const feed = new TrialFeed(
        {
          state: new SweepState(folder, plan),
          queue: { getJob: async () => job, add: async () => job } as unknown as FeedParts['queue'],
          connection: {} as FeedParts['connection'],
          sweep: 'sweep',
          retry: false,
        },
        () => {},
      );
      const told = async () => {
        await feed.look();
        return (await reportSweep(new SweepState(folder, plan))).trials[0]!.state;
      };
      assert.equal(await told(), 'running');
      state = 'waiting';
      assert.equal(await told(), 'open');
      state = 'active';
      assert.equal(await told(), 'running');
      await feed.close();
      assert.equal((await reportSweep(new SweepState(folder, plan))).trials[0]!.state, 'open');
    }));

  it('hands over no file that leads out of its folder', () => {
    const file = { bytes: 1, hash: '0'.repeat(64) };
    assert.ok(fileSchema.safeParse({ ...file, path: 'a/b.bin' }).success);
    for (const path of ['/etc/passwd', '../b', 'a/../../b', 'a\\..\\b', '', 'a//b'])
      assert.ok(!fileSchema.safeParse({ ...file, path }).success, path);
  });

  it('hands over the files that a trial reads, and no others', () =>
    withFolder(async (folder) => {
      const data = await saveFewDigits(100, folder);
      await writeFile(join(folder, 'other.txt'), 'other');
      const inputs = new SweepInputs(join(folder, 'sweep'));
      const { files, options } = await inputs.of(
        createTrial({ model: digits.model, data: '../few.npz' }, ''),
      );
      const paths = files.map(({ path }) => path);
      assert.equal(paths.length, 3);
      assert.ok(paths.includes(data.slice(1)) && paths.includes(digits.model.slice(1)), paths.join());
      assert.deepEqual([options.data, options.model], [data.slice(1), digits.model.slice(1)]);
      for (const { hash, path } of files) assert.equal(inputs.pathOf(hash), `/${path}`);
    }));
});

describe('qgt sweep --queue', { skip: withoutRedis }, () => {
  it('takes its trials back on Ctrl-C, and keeps one whose data is gone as failed, by its own path', () =>
    withRedis('nothing', (server) =>
      withFolder(async (folder) => {
        const output = join(folder, 'sweep');
        const command = [...(await sweepOfDigits(folder, [])), '-o', output, '--queue', server.url];
        const jobs = async () =>
          (await server.keys()).filter((key) => /^bull:qgt-trials:[^:]{40,}$/.test(key));
        const stopped = start(command);
        await until('the trial is in the queue', async () => (await jobs()).length === 1);
        stopped.child.kill('SIGINT');
        assert.equal((await stopped.end).code, 130);
        assert.deepEqual(await jobs(), []);
        const sweeping = start(command);
        await until('the trial is in the queue again', async () => (await jobs()).length === 1);
        const data = join(folder, 'few.npz');
        await rm(data);
        const workers = new Workers(server.url, folder, [['--fetch']]);
        try {
          workers.start();
          const end = await sweeping.end;
          assert.equal(end.code, 1, end.err);
          assert.match(end.out, /failed: .*few\.npz/);
          const error = (await show(output, 1)).trials[0]!.error!;
          assert.ok(error.startsWith(`${data}: `), error);
        } finally {
          await workers.endAll();
        }
      }),
    ));
});
