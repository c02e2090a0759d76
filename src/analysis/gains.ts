import { type MetricAccumulator, metricValue } from '../metrics/index.js';
import { dropPoints, type Effect, type Score } from '../report/index.js';

/** Improvement of one model over another. */
export interface Gain {
  /** Gain of the metric, in percentage points. */
  readonly points: number;
  /** Standard error of `points`, from the samples; null where the metric counts no decisions. */
  readonly error: number | null;
  /** Gain of the outputs' signal-to-noise ratio, in dB; null where one of them has no noise. */
  readonly decibels: number | null;
  /** Decrease of the task loss, or without labels of the divergence. */
  readonly loss: number;
  /** Decrease of the divergence, in its unit. */
  readonly divergence: number;
}

/** Two models, counted on the same samples. */
export type Comparison = readonly [before: MetricAccumulator, after: MetricAccumulator];

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
  return meanGain([[before, after]], output);
}

/**
 * Computes the mean of several gains, all counted on the same samples.
 *
 * @param output  Index of the output whose metric counts.
 */
export function meanGain(comparisons: readonly Comparison[], output: number): Gain {
  const gains = comparisons.map(([before, after]) => {
    const [worse, better] = [scoreOf(before, output), scoreOf(after, output)];
    const { scale } = after.measurement().outputs[output]!;
    const noise = [before.measurement().sqnrDb, after.measurement().sqnrDb] as const;
    return {
      points: dropPoints(better.metric, worse.metric, scale),
      decibels: noise[0] === null || noise[1] === null ? null : noise[1] - noise[0],
      loss: worse.loss - better.loss,
      divergence: worse.divergence - better.divergence,
    };
  });
  const decibels = gains.flatMap((gain) => gain.decibels ?? []);
  return {
    points: mean(gains.map(({ points }) => points)),
    error: errorOf(comparisons, output),
    decibels: decibels.length < gains.length ? null : mean(decibels),
    loss: mean(gains.map(({ loss }) => loss)),
    divergence: mean(gains.map(({ divergence }) => divergence)),
  };
}

/** The part of a gain that the report has for a layer. */
export const effectOf = ({ points, loss, divergence }: Gain): Effect => ({ points, loss, divergence });

/** Computes the standard error of the mean difference of pairs, in percentage points; null: not known. */
function errorOf(comparisons: readonly Comparison[], output: number): number | null {
  const pairs = comparisons.map(
    ([before, after]) => [before.correctPerSample(output), after.correctPerSample(output)] as const,
  );
  const samples = pairs[0]?.[0]?.length ?? 0;
  if (samples < 2) return null;
  const differences: number[] = new Array(samples).fill(0);
  for (const [before, after] of pairs) {
    if (before === null || after === null) return null;
    for (let index = 0; index < samples; index++)
      differences[index]! += (after[index]! - before[index]!) / pairs.length;
  }
  const middle = mean(differences);
  const squares = differences.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  return 100 * Math.sqrt(squares / (samples - 1) / samples);
}

const mean = (figures: readonly number[]): number =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
