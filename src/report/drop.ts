/** Drop of a metric in points: hundredths of accuracy, agreement or R2; negative where it rose. */
export const dropPoints = (before: number, after: number): number => 100 * (before - after);

/**
 * `1.2 points lost` of accuracy, `0.019 gained` of R2.
 *
 * @param points  From `dropPoints`.
 * @param digits  Decimals of the points.
 */
export function formatDrop(metric: string, points: number, digits = 1): string {
  const amount =
    metric === 'r2' ? Math.abs(points / 100).toFixed(3) : `${Math.abs(points).toFixed(digits)} points`;
  return `${amount} ${points < 0 ? 'gained' : 'lost'}`;
}
