/**
 * The logistic function at every half, `65536 / (1 + exp(-x / 2))`, rounded: 1 to 65535.
 *
 * None of them is near enough to where rounding turns for one machine's `exp` to give another than docs/format.md.
 */
function atHalf(x: number): number {
  return Math.min(65535, Math.max(1, Math.round(65536 / (1 + Math.exp(-x / 2)))));
}

/**
 * The straight lines between them for every half from -12 up to 12: the first 48 numbers are where they start, in
 * 32768ths, the others how far they rise. Below 0 they round up where above it they round down.
 */
export const LINES = Int32Array.from({ length: 96 }, (_, index) => {
  const x = (index % 48) - 24;
  return index < 48 ? atHalf(x) * 32768 + (x < 0 ? 32767 : 0) : atHalf(x + 1) - atHalf(x);
});

/**
 * The logistic function on straight lines, its argument and value in 65536ths.
 *
 * @param sum  An int32. Whether it is negative is as good as random, so no branch depends on it.
 * @returns 1 to 65535.
 */
export function logistic(sum: number): number {
  const last = (sum >> 31) ^ 23;
  let half = sum >> 15;
  if ((half + 24) >>> 0 > 47) half = last;
  return (LINES[half + 24]! + Math.imul(LINES[half + 72]!, sum & 0x7fff)) >> 15;
}
