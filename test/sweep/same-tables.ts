// Runs one sweep in several ways, which have to come to one table; for sweep.long.ts and sweep.soak.ts.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digits, saveFewDigits } from '../pipeline/digits.js';
import { SHARED_MODELS } from '../shared-models.js';
import { run, show, start, tableOf } from './claimants.js';

const MNIST = join(SHARED_MODELS, '../data/mnist/t10k-images-idx3-ubyte.gz');
const TRIALS = 24;

/** How long the trials are. */
export interface SweepLength {
  /** Digits to train on. */
  readonly samples: number;
  /** Options of the trials of each model. */
  readonly digits: object;
  readonly mnist: object;
  /** Least time of a trial, by the clock. */
  readonly minMs: number;
}

/** Ways to run a prepared folder to its end. */
type RunFolder = (folder: string) => Promise<void>;

/** Over a folder: two processes that take what the other one doesn't. */
const byTwo: RunFolder = async (folder) => {
  const claimants = [start(['sweep', 'run', folder]), start(['sweep', 'run', folder])];
  const ends = await Promise.all(claimants.map(({ end }) => end));
  for (const { code, err } of ends) assert.equal(code, 0, err);
  // The work was shared: `N of 24 trials`, once for each trial, in both.
  const counts = ends.map(({ err }) => [...err.matchAll(/ of 24 trials/g)].length);
  assert.ok(counts.every((count) => count > 0));
  assert.equal(counts[0]! + counts[1]!, TRIALS);
};

const byOne: RunFolder = async (folder) => {
  await run(['sweep', 'run', folder]);
};

/** Asserts that a sweep of digits and of nnvis-mnist comes to the same table by one process and by others. */
export async function assertSameTables(
  folder: string,
  { samples, digits: ofDigits, mnist, minMs }: SweepLength,
  ways: readonly RunFolder[] = [byTwo],
): Promise<void> {
  const data = await saveFewDigits(samples, folder);
  const spec = {
    models: [
      { model: digits.model, data, eval: digits.test, ...ofDigits },
      { model: join(SHARED_MODELS, 'nnvis-mnist'), data: MNIST, inputRange: '0..1', ...mnist },
    ],
    grid: { bits: [2, 3, 4], quantizer: ['uniform', 'integer'], seed: [0, 1] },
  };
  const file = join(folder, 'spec.json');
  await writeFile(file, JSON.stringify(spec));
  const tables = [];
  for (const [index, way] of [byOne, ...ways].entries()) {
    const output = join(folder, `sweep-${index}`);
    await run(['sweep', file, '-o', output, '--prepare']);
    await way(output);
    const report = await show(output);
    assert.equal(report.trials.filter(({ state }) => state === 'done').length, TRIALS);
    assert.equal(report.recommendations.filter(({ trial }) => trial !== null).length, 2);
    for (const { name, durationMs } of report.trials)
      assert.ok(durationMs! >= minMs, `${name}: ${durationMs}`);
    tables.push(tableOf(report));
  }
  for (const table of tables) assert.deepEqual(table, tables[0]);
}
