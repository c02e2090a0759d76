// Runs one sweep in several ways, which have to come to one table; for sweep.long.ts and sweep.soak.ts.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digits, saveFewDigits } from '../pipeline/digits.js';
import { SHARED_MODELS } from '../shared-models.js';
import { run, show, start, tableOf } from './claimants.js';
import { withRedis } from './redis-server.js';
import { Workers } from './workers.js';

const MNIST = join(SHARED_MODELS, '../data/mnist/t10k-images-idx3-ubyte.gz');
const TRIALS = 24;

/** How long the trials are. */
export interface SweepLength {
  /** Digits to train on. */
  readonly samples: number;
  /** Options of all trials, and of those of each model. */
  readonly options: object;
  readonly digits: object;
  readonly mnist: object;
  /** Least time of a trial, by the clock. */
  readonly minMs: number;
}

/** Way to run a sweep to its end. */
type RunSweep = (spec: string, output: string) => Promise<void>;

export const byOne: RunSweep = async (spec, output) => {
  await run(['sweep', spec, '-o', output, '--jobs', '2']);
};

/** Over a folder: two processes that take what the other one doesn't. */
export const byTwo: RunSweep = async (spec, output) => {
  await run(['sweep', spec, '-o', output, '--prepare']);
  const claimants = [start(['sweep', 'run', output]), start(['sweep', 'run', output])];
  const ends = await Promise.all(claimants.map(({ end }) => end));
  for (const { code, err } of ends) assert.equal(code, 0, err);
  // The work was shared: `N of 24 trials`, once for each trial, in both.
  const counts = ends.map(({ err }) => [...err.matchAll(/ of 24 trials/g)].length);
  assert.ok(counts.every((count) => count > 0));
  assert.equal(counts[0]! + counts[1]!, TRIALS);
};

/** Over a queue: one worker has the folder in reach, the other fetches models and data. */
export const overRedis: RunSweep = (spec, output) =>
  withRedis('nothing', async ({ url }) => {
    const workers = new Workers(url, `${output}-workers`, [[], ['--fetch']]);
    try {
      workers.start();
      await run(['sweep', spec, '-o', output, '--queue', url]);
      for (const index of [0, 1])
        assert.ok(
          workers.lines(index).some((line) => line.endsWith(': begins')),
          `worker ${index}`,
        );
    } finally {
      await workers.endAll();
    }
  });

/** Writes the description of a sweep of digits and of nnvis-mnist. @returns Its path. */
export async function saveSpec(
  folder: string,
  { samples, options, digits: ofDigits, mnist }: SweepLength,
): Promise<string> {
  const data = await saveFewDigits(samples, folder);
  const spec = {
    models: [
      { model: digits.model, data, eval: digits.test, ...ofDigits },
      { model: join(SHARED_MODELS, 'nnvis-mnist'), data: MNIST, inputRange: '0..1', ...mnist },
    ],
    options,
    grid: { bits: [2, 3, 4], quantizer: ['uniform', 'integer'], seed: [0, 1] },
  };
  const file = join(folder, 'spec.json');
  await writeFile(file, JSON.stringify(spec));
  return file;
}

/** Runs such a sweep in one way; all trials have to be done, and to have taken their time. */
export async function tableBy(way: RunSweep, spec: string, output: string, minMs: number) {
  const from = performance.now();
  await way(spec, output);
  const seconds = Math.round((performance.now() - from) / 1000);
  const report = await show(output);
  assert.equal(report.trials.filter(({ state }) => state === 'done').length, TRIALS);
  assert.equal(report.recommendations.filter(({ trial }) => trial !== null).length, 2);
  for (const { name, durationMs } of report.trials) assert.ok(durationMs! >= minMs, `${name}: ${durationMs}`);
  return { table: tableOf(report), seconds };
}

/** Asserts that a sweep comes to the same table in several ways. @returns The seconds that each took. */
export async function assertSameTables(
  folder: string,
  length: SweepLength,
  ways: readonly RunSweep[],
): Promise<number[]> {
  const spec = await saveSpec(folder, length);
  const found = [];
  for (const [index, way] of ways.entries())
    found.push(await tableBy(way, spec, join(folder, `sweep-${index}`), length.minMs));
  for (const { table } of found) assert.deepEqual(table, found[0]!.table);
  return found.map(({ seconds }) => seconds);
}
