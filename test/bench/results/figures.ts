import type { Measurement } from './measurement.js';
import type { Spread } from './summary.js';

type Metric = Measurement['metric'];

/** `83.71 %`, or an R² of `0.7727`. */
export function metricText(metric: Metric, value: number): string {
  return metric === 'accuracy' ? `${(100 * value).toFixed(2)} %` : value.toFixed(4);
}

/** `83.84 % (83.71 to 83.95)`; without the ends where there is one run. */
export function spreadText(metric: Metric, { mean, least, most }: Spread, runs: number): string {
  const text = metricText(metric, mean);
  if (runs === 1) return text;
  const end = (value: number) => metricText(metric, value).replace(' %', '');
  return `${text} (${end(least)} to ${end(most)})`;
}

/**
 * What was lost: `1.03 points` of accuracy, `1.03 ± 0.35 points` where the margin is known, or of R² `0.0167`.
 *
 * @param margin  In points.
 */
export function dropText(metric: Metric, drop: number, margin: number | null = null): string {
  const [amount, digits, unit] = metric === 'accuracy' ? [100 * drop, 2, ' points'] : [drop, 4, ''];
  const around = margin === null ? '' : ` ± ${margin.toFixed(digits)}`;
  return `${amount.toFixed(digits).replace(/^-(?=[0.]+$)/, '')}${around}${unit}`;
}

/** `335,629`. */
export const bytesText = (bytes: number): string => Math.round(bytes).toLocaleString('en-US');

/** `313 s`. */
export const secondsText = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;
