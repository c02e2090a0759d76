import type { Experiment } from './experiments.js';
import type { Measurement } from './measurement.js';
import type { RunRecord } from './record.js';
import { taskName, taskOf } from './task.js';

/** One seed's run. */
export interface SeedRun {
  readonly seed: number;
  readonly measurement: Measurement;
  readonly record: RunRecord;
}

/** What there is of an experiment: all of one version of the code. */
export interface Summary {
  readonly experiment: Experiment;
  /** Empty where it was not run; fewer than the method's seeds where some are missing. */
  readonly runs: readonly SeedRun[];
}

/** The mean of some values and the ends between which they lie. */
export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/**
 * What the records say of each experiment.
 *
 * Seeds are never mixed across versions: of an experiment that was run by several, the last that was run counts.
 */
export function summarize(experiments: readonly Experiment[], records: readonly RunRecord[]): Summary[] {
  return experiments.map((experiment) => {
    const runs = experiment.method.seeds.flatMap((seed) => {
      const wanted = taskName(experiment, seed, taskOf(experiment, seed));
      return records.filter(({ name }) => name === wanted).map((record) => ({ seed, record }));
    });
    const last = runs.toSorted((a, b) => a.record.measuredAt.localeCompare(b.record.measuredAt)).at(-1);
    return {
      experiment,
      runs: runs
        .filter(({ record }) => record.version === last?.record.version)
        .map((run) => ({ ...run, measurement: run.record.measurement })),
    };
  });
}

/** The spread of a figure over the seeds; at least one must have been run. */
export function spreadOf(runs: readonly SeedRun[], figure: (measurement: Measurement) => number): Spread {
  const values = runs.map(({ measurement }) => figure(measurement));
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    least: Math.min(...values),
    most: Math.max(...values),
  };
}
