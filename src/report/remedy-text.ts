import type { MetricReport } from './report.js';

/**
 * A remedy in one line: `conv2d_4 at 4 bits: +1.8 points for 310 bytes`.
 *
 * @param points  Hundredths of the metric that it gains.
 * @param bytes   That the file grows by.
 */
export function remedyText(
  what: string,
  points: number,
  metric: MetricReport['name'],
  bytes: number,
): string {
  const sign = points < 0 ? '−' : '+';
  const amount = Math.abs(points);
  const gain = {
    accuracy: `${sign}${amount.toFixed(1)} points`,
    agreement: `${sign}${amount.toFixed(1)} points of agreement`,
    r2: `${sign}${(amount / 100).toFixed(3)} R²`,
  }[metric];
  const size = Math.abs(bytes).toLocaleString('en');
  const price =
    bytes > 0 ? ` for ${size} bytes` : bytes < 0 ? `, and ${size} bytes less` : ', and no byte more';
  return `${what}: ${gain}${price}`;
}
