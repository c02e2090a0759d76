/**
 * Rounds single precision to the upper half of its bits, to nearest and ties to even: sign, exponent and seven bits of
 * the mantissa stay, and a relative error of at most 2 ** -8 for numbers that aren't subnormal.
 *
 * @returns float32s whose lower 16 bits are 0; what isn't finite, or would no longer be, stays as it is.
 */
export function roundToBfloat16(values: Float32Array): Float32Array {
  const rounded = values.slice();
  const bits = new Uint32Array(rounded.buffer);
  for (const [index, each] of bits.entries())
    bits[index] = (each + 0x7fff + ((each >>> 16) & 1)) & 0xffff0000;
  return values.map((value, index) => {
    const short = rounded[index]!;
    return Number.isFinite(value) && Number.isFinite(short) ? short : value;
  });
}
