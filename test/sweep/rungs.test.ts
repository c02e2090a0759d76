import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrialResult } from '../../src/sweep/result.js';
import { possibleRuns, type Standing, standingsOf } from '../../src/sweep/rungs.js';
import type { SweepPlan } from '../../src/sweep/sweep-folder.js';
import { createTrial, type Trial } from '../../src/sweep/trial.js';
import { figures } from '../report/sweep-trials.js';

const trials = (count: number, model = 'a.json'): Trial[] =>
  Array.from({ length: count }, (_, seed) =>
    createTrial({ model, data: 'd.npz', bits: 2, epochs: 9, seed }, 'inputs'),
  );

const planOf = (all: readonly Trial[], rungs: number | null): SweepPlan => ({
  trainedBy: 'qgt',
  rungs,
  limits: {},
  trials: [...all],
  notes: [],
});

const done = ({ id }: Trial, bytes: number, after: number): TrialResult => ({
  version: 1,
  id,
  status: 'done',
  bytesBefore: 1000,
  bytes,
  ratio: 1000 / bytes,
  metric: figures(after),
  choice: figures(after),
  warnings: [],
  durationMs: 1,
});

/** Runs whatever is open until nothing is. @returns The standings, and the epochs of every run. */
function runAll(
  plan: SweepPlan,
  end: (standing: Standing) => TrialResult,
): { readonly standings: readonly Standing[]; readonly epochs: readonly unknown[] } {
  const results = new Map<string, TrialResult>();
  const epochs: unknown[] = [];
  for (;;) {
    const standings = standingsOf(plan, results);
    const open = standings.filter(({ result }) => result === null);
    if (open.length === 0) return { standings, epochs };
    // One at a time, the last first, as another process may.
    const next = open.at(-1)!;
    epochs.push(next.run.options.epochs);
    results.set(next.run.id, end(next));
  }
}

const count = (values: readonly unknown[], value: unknown) => values.filter((each) => each === value).length;

describe('early stopping', () => {
  it('lets a third go on after each rung, with three times the epochs', () => {
    const plan = planOf(trials(9), 3);
    const { standings, epochs } = runAll(plan, ({ run, trial }) =>
      done(run, 100, 0.5 + Number(trial.options.seed) / 100),
    );
    assert.deepEqual(
      [1, 3, 9].map((each) => count(epochs, each)),
      [9, 3, 1],
    );
    // The most accurate of files of one size is the best on every rung.
    assert.deepEqual(
      standings.filter(({ isStopped }) => !isStopped).map(({ trial }) => trial.options.seed),
      [8],
    );
    assert.deepEqual(
      standings.map(({ rung }) => rung),
      [0, 0, 0, 0, 0, 0, 1, 1, 2],
    );
  });

  it('chooses by accuracy and bytes, so that small files have their chance', () => {
    const plan = planOf(trials(9), 2);
    const { standings } = runAll(plan, ({ run, trial }) => {
      const seed = Number(trial.options.seed);
      // Seeds 0, 4 and 8 are on the front; the others are beaten by one of them.
      return seed % 4 === 0
        ? done(run, 100 + 10 * seed, 0.6 + seed / 100)
        : done(run, 300, 0.65 + seed / 1000);
    });
    assert.deepEqual(
      standings.filter(({ isStopped }) => !isStopped).map(({ trial }) => trial.options.seed),
      [0, 4, 8],
    );
  });

  it('holds only trials of one model against each other', () => {
    const plan = planOf([...trials(3, 'a.json'), ...trials(3, 'b.json')], 2);
    const { standings } = runAll(plan, ({ run }) =>
      done(run, 100, run.options.model === 'a.json' ? 0.9 : 0.2),
    );
    const left = standings.filter(({ isStopped }) => !isStopped).map(({ trial }) => trial.options.model);
    assert.deepEqual(left, ['a.json', 'b.json']);
  });

  it('begins no rung before the one below is over', () => {
    const plan = planOf(trials(3), 2);
    const [first] = standingsOf(plan, new Map());
    const results = new Map([[first!.run.id, done(first!.run, 1, 1)]]);
    assert.deepEqual(
      standingsOf(plan, results).map(({ rung, result }) => [rung, result === null]),
      [
        [0, false],
        [0, true],
        [0, true],
      ],
    );
  });

  it('lets none go on that has failed', () => {
    const plan = planOf(trials(3), 2);
    const { standings, epochs } = runAll(plan, ({ run, trial }) =>
      trial.options.seed === 1
        ? done(run, 100, 0.1)
        : { version: 1, id: run.id, status: 'failed', error: { code: 'crash', message: '' }, durationMs: 1 },
    );
    assert.deepEqual(epochs, [3, 3, 3, 9]);
    assert.equal(standings[1]!.rung, 1);
  });

  it('is off without rungs: every trial runs once, as it is', () => {
    const plan = planOf(trials(4), null);
    assert.deepEqual(possibleRuns(plan), plan.trials);
    assert.deepEqual(
      standingsOf(plan, new Map()).map(({ run }) => run),
      plan.trials,
    );
  });
});
