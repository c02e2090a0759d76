// A sweep over a queue whose workers and whose server are killed.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { SweepReport } from '../../src/report/index.js';
import { jobSchema, QUEUE } from '../../src/sweep/queue/queued-trial.js';
import { show, start } from './claimants.js';
import { type Keeping, type TestServer, withRedis } from './redis-server.js';
import { until, Workers } from './workers.js';

/** How much goes wrong. */
export interface Mishaps {
  readonly keeping: Keeping;
  readonly workerKills: number;
  readonly serverKills: number;
}

/** A sweep that has come to its end all the same. */
export interface Survivor {
  readonly report: SweepReport;
  /** What happened, for the record. */
  readonly toll: string;
}

/**
 * Runs a sweep over two workers, of which one fetches models and data, and kills these and the server. Asserts that each
 * trial was counted once, and that the queue is empty in the end.
 *
 * @param sweep  The command, without its queue and the output folder.
 * @param output  The folder of the sweep; those of the workers lie beside it.
 */
export async function surviveKills(
  sweep: readonly string[],
  output: string,
  mishaps: Mishaps,
): Promise<Survivor> {
  let survivor: Survivor | undefined;
  await withRedis(mishaps.keeping, async (server) => {
    const workers = new Workers(server.url, `${output}-workers`, [[], ['--fetch']]);
    const connection = new Redis(server.url, { maxRetriesPerRequest: null });
    connection.on('error', () => {});
    const queue = new Queue(QUEUE, { connection });
    queue.on('error', () => {});
    const from = performance.now();
    const sweeping = start([...sweep, '--queue', server.url, '-o', output]);
    try {
      workers.start();
      const done = await killAll({ mishaps, workers, server, queue });
      const end = await sweeping.end;
      assert.equal(end.code, 0, end.err);
      const report = await show(output);
      assertCounted(end.err, report);
      assert.deepEqual(await jobsOf(server, report), [], 'the queue is empty');
      const seconds = Math.round((performance.now() - from) / 1000);
      survivor = {
        report,
        toll: `a server that keeps ${mishaps.keeping}: ${report.trials.length} trials, ${done}, ${seconds} s`,
      };
    } finally {
      sweeping.child.kill('SIGKILL');
      await workers.endAll();
      connection.disconnect();
    }
  });
  return survivor!;
}

/** The process that sweeps has told of the end of each trial once. */
function assertCounted(said: string, { trials }: SweepReport): void {
  const counted = [...said.matchAll(/^\d+ of \d+ trials.*?: (bits=.*?):/gm)].map(([, name]) => name!);
  assert.deepEqual(counted.sort(), trials.map(({ name }) => name).sort());
}

const jobsOf = async (server: TestServer, { trials }: SweepReport): Promise<string[]> =>
  (await server.keys()).filter((key) => key.startsWith('bull:') && trials.some(({ id }) => key.includes(id)));

/** A sweep that goes on, and all that takes part. */
interface Scene {
  readonly mishaps: Mishaps;
  readonly workers: Workers;
  readonly server: TestServer;
  readonly queue: Queue;
}

/** Kills workers in turn, each in the middle of a training, and evenly between these the server. @returns What was done. */
async function killAll({ mishaps, workers, server, queue }: Scene): Promise<string> {
  const { workerKills, serverKills } = mishaps;
  const every = workerKills / (serverKills + 1);
  let killed = 0;
  for (let kills = 1; kills <= workerKills; kills++) {
    const index = await untilTraining(kills % 2, workers, queue);
    await workers.end(index, 'SIGKILL');
    workers.startOne(index);
    if (killed === serverKills || kills < every * (killed + 1)) continue;
    await server.kill();
    await setTimeout(1_000);
    await server.start();
    killed++;
  }
  return `${workerKills} workers killed, ${killed} times the server`;
}

/** Waits until the training of a worker has moved. @returns The one that is preferred, or the other where that alone trains. */
async function untilTraining(preferred: number, workers: Workers, queue: Queue): Promise<number> {
  const first = new Map<string, string>();
  let found: number | undefined;
  await until(
    'a worker trains',
    async () => {
      const jobs = await queue.getJobs(['active']);
      found = [preferred, 1 - preferred].find((index) => {
        const trial = workers.trialOf(index);
        const job = jobs.find((each) => jobSchema.safeParse(each?.data).data?.name === trial);
        if (trial === null || job === undefined) return false;
        const progress = JSON.stringify(job.progress);
        const before = first.get(`${index} ${trial}`) ?? progress;
        first.set(`${index} ${trial}`, before);
        return before !== progress && progress !== '0';
      });
      return found !== undefined;
    },
    300_000,
  );
  return found!;
}
