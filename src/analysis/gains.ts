import { type MetricAccumulator, metricValue } from '../metrics/index.js';
import { dropPoints, type Score } from '../report/index.js';

/** How much nearer to what it should be one model is than another. */
export interface Gain {
  /** Hundredths of the metric. */
  readonly points: number;
  /** Standard error of `points`, from the samples; null where the metric counts no decisions. */
  readonly error: number | null;
  /** Divergence that is gone, in its unit. */
  readonly divergence: number;
}

/**
 * What was counted, as the report has it; without labels agreement is the metric and divergence the loss.
 *
 * @param output  The one whose metric counts.
 */
export function scoreOf(counted: MetricAccumulator, output: number): Score {
  const { outputs, loss, divergence } = counted.measurement();
  return { metric: metricValue(outputs[output]!), loss: loss ?? divergence, divergence };
}

/**
 * What was gained from one model to another, counted on the same samples.
 *
 * @param output  The one whose metric counts.
 */
export function gainOf(before: MetricAccumulator, after: MetricAccumulator, output: number): Gain {
  const [worse, better] = [scoreOf(before, output), scoreOf(after, output)];
  return {
    points: dropPoints(better.metric, worse.metric),
    error: errorOf(before.correctPerSample(output), after.correctPerSample(output)),
    divergence: worse.divergence - better.divergence,
  };
}

/** Standard error of the mean difference of pairs, in hundredths. */
function errorOf(before: readonly number[] | null, after: readonly number[] | null): number | null {
  if (before === null || after === null || before.length < 2) return null;
  const differences = after.map((right, index) => right - before[index]!);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return 100 * Math.sqrt(squares / (differences.length - 1) / differences.length);
}
