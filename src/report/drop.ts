import { isShare, type MetricScale, USUAL_SCALE } from './metric-scale.js';

/**
 * Drop of a metric in points, negative where it got better: hundredths, but percent of the float model's value where
 * that is its scale.
 *
 * @param scale  Left out or null: more is better, and points are hundredths.
 */
export function dropPoints(before: number, after: number, scale?: MetricScale | null): number {
  const { better, point } = scale ?? USUAL_SCALE;
  return (better === 'higher' ? before - after : after - before) / point;
}

/** The worse of two values of a metric. */
export const worseOf = (one: number, other: number, scale: MetricScale | null): number =>
  dropPoints(one, other, scale) > 0 ? other : one;

/**
 * `1.2 points lost` of accuracy, `0.019 gained` of R2, `3.2 % worse` of another metric.
 *
 * @param points  From `dropPoints`.
 * @param digits  Decimals of the points.
 */
export function formatDrop(metric: string, points: number, digits = 1): string {
  const amount = Math.abs(points);
  if (metric === 'r2') return `${(amount / 100).toFixed(3)} ${points < 0 ? 'gained' : 'lost'}`;
  if (isShare(metric)) return `${amount.toFixed(digits)} points ${points < 0 ? 'gained' : 'lost'}`;
  return `${amount.toFixed(digits)} % ${points < 0 ? 'better' : 'worse'}`;
}

/** The same with its margin in points: `1.2 points lost (± 0.4)`; without it where it is null. */
export function formatDropAround(metric: string, points: number, margin: number | null): string {
  const around = margin === null ? '' : ` (± ${margin.toFixed(1)})`;
  return `${formatDrop(metric, points)}${around}`;
}
