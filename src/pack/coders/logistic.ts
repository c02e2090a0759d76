/**
 * The logistic function at every half, `65536 / (1 + exp(-x / 2))` for x = 0 to 24, rounded.
 *
 * None of them is near enough to where rounding turns for one machine's `exp` to give another than docs/format.md.
 */
export const LOGISTIC = Int32Array.from({ length: 25 }, (_, x) => Math.round(65536 / (1 + Math.exp(-x / 2))));

/**
 * The logistic function on straight lines between the values of `LOGISTIC`, its argument and value in 65536ths.
 *
 * @param sum  An int32. Whether it is negative is as good as random, so no branch depends on it.
 * @returns 1 to 65535.
 */
export function logistic(sum: number): number {
  const size = Math.min(Math.abs(sum), 12 * 2 ** 16 - 1);
  const step = size >> 15;
  const from = LOGISTIC[step]!;
  const value = from + (((LOGISTIC[step + 1]! - from) * (size & 0x7fff)) >> 15);
  const sign = sum >> 31; // 0 or -1
  return (value ^ sign) + (sign & 65537); // value or 65536 - value
}
