import { type MetricAccumulator, metricValue } from '../metrics/index.js';
import { dropPoints, type Score } from '../report/index.js';

/** Improvement of one model over another. */
export interface Gain {
  /** Gain of the metric, in percentage points. */
  readonly points: number;
  /** Standard error of `points`, from the samples; null where the metric counts no decisions. */
  readonly error: number | null;
  /** Decrease of the divergence, in its unit. */
  readonly divergence: number;
}

/**
 * Converts counted figures to the report's form; without labels the metric is the agreement, and the loss the
 * divergence.
 *
 * @param output  Index of the output whose metric counts.
 */
export function scoreOf(counted: MetricAccumulator, output: number): Score {
  const { outputs, loss, divergence } = counted.measurement();
  return { metric: metricValue(outputs[output]!), loss: loss ?? divergence, divergence };
}

/**
 * Computes the gain from one model to another, counted on the same samples.
 *
 * @param output  Index of the output whose metric counts.
 */
export function gainOf(before: MetricAccumulator, after: MetricAccumulator, output: number): Gain {
  const [worse, better] = [scoreOf(before, output), scoreOf(after, output)];
  const { scale } = after.measurement().outputs[output]!;
  return {
    points: dropPoints(better.metric, worse.metric, scale),
    error: errorOf(before.correctPerSample(output), after.correctPerSample(output)),
    divergence: worse.divergence - better.divergence,
  };
}

/** Computes the standard error of the mean difference of pairs, in percentage points. */
function errorOf(before: readonly number[] | null, after: readonly number[] | null): number | null {
  if (before === null || after === null || before.length < 2) return null;
  const differences = after.map((right, index) => right - before[index]!);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return 100 * Math.sqrt(squares / (differences.length - 1) / differences.length);
}
