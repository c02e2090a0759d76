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

/**
 * Rounds single precision to half precision, to nearest and ties to even.
 *
 * @returns IEEE 754 binary16, one per element; infinity for what is 65520 or more.
 */
export function narrowFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(values, (value, i) => ((bits[i]! >>> 16) & 0x8000) | halfBits(Math.abs(value)));
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

function halfBits(magnitude: number): number {
  if (Number.isNaN(magnitude)) return 0x7e00;
  if (magnitude >= 65520) return 0x7c00;
  // 2 ** -14 is the smallest normal half; below it all share the spacing 2 ** -24.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  return ((exponent + 14) << 10) + roundToEven(magnitude * 2 ** (10 - exponent));
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
