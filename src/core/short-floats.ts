/** How many bits of a float32 stay, the highest ones: sign, exponent and 7 or 15 bits of the mantissa. 16 is bfloat16. */
export type ShortFloatBits = 16 | 24;

/**
 * Rounds single precision to its upper bits, to nearest and ties to even: a relative error of at most 2 ** -8 (16 bits)
 * or 2 ** -16 (24) for numbers that aren't subnormal.
 *
 * @returns float32s whose lower bits are 0; what isn't finite, or would no longer be, stays as it is.
 */
export function shortenFloats(values: Float32Array, bits: ShortFloatBits): Float32Array {
  const dropped = 32 - bits;
  const half = 2 ** (dropped - 1) - 1;
  const rounded = values.slice();
  const words = new Uint32Array(rounded.buffer);
  for (const [index, each] of words.entries())
    words[index] = (each + half + ((each >>> dropped) & 1)) & (-1 << dropped);
  return values.map((value, index) => {
    const short = rounded[index]!;
    return Number.isFinite(value) && Number.isFinite(short) ? short : value;
  });
}
