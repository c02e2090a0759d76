import { forEachElement } from '../core/index.js';
import type { Quantized } from './grid.js';

/**
 * Values of a tensor's codes: `scale[channel] * levels[code] + offset[channel]`, each operation rounded to
 * float32.
 *
 * @returns One value per code, row-major.
 */
export function dequantize({ codes, grid, layout }: Quantized): Float32Array {
  const { levels, scale, offset } = grid;
  const values = new Float32Array(codes.length);
  forEachElement(layout, (element, channel) => {
    const value = Math.fround(scale[channel]! * levels[codes[element]!]!);
    values[element] = offset === undefined ? value : value + offset[channel]!;
  });
  return values;
}
