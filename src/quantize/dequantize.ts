import type { Quantized } from './grid.js';

/**
 * Values of a tensor's codes: `scale[channel] * levels[code] + offset[channel]`, each operation rounded to
 * float32.
 *
 * @returns One value per code, row-major.
 */
export function dequantize({ codes, grid, layout }: Quantized): Float32Array {
  const { levels, scale, offset } = grid;
  const { channels, inner } = layout;
  const values = new Float32Array(codes.length);
  for (
    let element = 0, channel = 0;
    element < values.length;
    channel = channel + 1 < channels ? channel + 1 : 0
  ) {
    const unit = scale[channel]!;
    for (const end = element + inner; element < end; element++) {
      const value = Math.fround(unit * levels[codes[element]!]!);
      values[element] = offset === undefined ? value : value + offset[channel]!;
    }
  }
  return values;
}
