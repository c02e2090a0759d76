/**
 * Widens half precision to single precision, exactly.
 *
 * @param halves  IEEE 754 binary16, one per element.
 */
export function widenFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = singleBits(halves[i]!);
  return new Float32Array(bits.buffer);
}

function singleBits(half: number): number {
  const sign = (half & 0x8000) << 16; // s eeeee mmmmmmmmmm -> s eeeeeeee mmmmmmmmmm0000000000000
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f800000 | (mantissa << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (mantissa << 13)) >>> 0;
  if (mantissa === 0) return sign >>> 0;
  // A subnormal half is a normal single: shift until the leading one is implied.
  const shift = Math.clz32(mantissa) - 21;
  return (sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13)) >>> 0;
}
