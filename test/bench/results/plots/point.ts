import type { Method } from '../experiments.js';
import type { Measurement } from '../measurement.js';
import { type Summary, spreadOf } from '../summary.js';

type Metric = Measurement['metric'];

/** An experiment in a plot, means over its seeds; `value`, `least` and `most` in the unit of the axis. */
export interface Point {
  readonly method: Method;
  readonly bits: string;
  readonly metric: Metric;
  readonly kilobytes: number;
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

/** Where an experiment lies; it must have been run. */
export function pointOf({ experiment, runs }: Summary): Point {
  const { metric } = runs[0]!.measurement;
  const after = spreadOf(runs, (run) => axisValue(metric, run.after));
  return {
    method: experiment.method,
    bits: String(experiment.bits),
    metric,
    kilobytes: spreadOf(runs, (run) => run.bytesAfter).mean / 1000,
    value: after.mean,
    least: after.least,
    most: after.most,
  };
}

/** Accuracy in percent, R² as it is. */
export const axisValue = (metric: Metric, value: number): number =>
  metric === 'accuracy' ? 100 * value : value;

/** `83.7 %`, or an R² of `0.773`. */
export const axisValueText = ({ metric, value }: Point): string =>
  metric === 'accuracy' ? `${value.toFixed(1)} %` : value.toFixed(3);

/** `QKeras at 2 bits 77.4 %, 26.8 kB`. */
export const pointText = (point: Point): string =>
  `${point.method.title} at ${point.bits} bits ${axisValueText(point)}, ${point.kilobytes.toFixed(1)} kB`;
