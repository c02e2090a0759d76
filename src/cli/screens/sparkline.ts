const BARS = [...'▁▂▃▄▅▆▇█'];

/**
 * Draws counts as a line of bars, `▁▂▅█▅▂▁`; a gap where there is nothing.
 *
 * @param width  Characters; neighbouring counts are added up.
 */
export function sparkline(counts: readonly number[], width: number): string {
  const sums = new Array<number>(Math.min(width, counts.length)).fill(0);
  counts.forEach((count, index) => {
    sums[Math.floor((index * sums.length) / counts.length)]! += count;
  });
  const most = Math.max(...sums);
  return sums.map((sum) => (sum === 0 ? ' ' : BARS[Math.ceil((sum / most) * BARS.length) - 1])).join('');
}
