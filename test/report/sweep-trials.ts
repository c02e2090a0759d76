import type { SweepFigures, TrialReport } from '../../src/report/index.js';
import type { UnjudgedTrial } from '../../src/report/sweep/create-sweep-report.js';

/** Figures of a file that is right so often. */
export const figures = (after: number, given: Partial<SweepFigures> = {}): SweepFigures => ({
  name: 'accuracy',
  output: null,
  before: 0.85,
  after,
  drop: 100 * (0.85 - after),
  samples: 1000,
  on: 'samples held out to choose by',
  ...given,
});

/** A trial that is done, of so many bytes, right so often on the samples to choose by, and on others. */
export function trial(name: string, bytes: number, choice: number, metric = choice): TrialReport {
  return { ...unjudged(name, bytes, choice, metric), isOnFront: false, isRecommended: false };
}

/** The same, before it is held against others. */
export function unjudged(name: string, bytes: number, choice: number, metric = choice): UnjudgedTrial {
  return {
    id: name,
    name,
    model: 'resnet8',
    group: 'resnet8',
    options: {},
    state: 'done',
    rung: 0,
    bytesBefore: 335_629,
    bytes,
    ratio: 335_629 / bytes,
    choice: figures(choice),
    metric: figures(metric, { samples: 10_000, on: 'test' }),
    durationMs: 12_345,
    output: `sweep/trials/${name}/out`,
    error: null,
    warnings: [],
  };
}
