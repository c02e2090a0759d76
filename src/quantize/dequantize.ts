import type { Quantized } from './grid.js';

/**
 * Values of a tensor's codes: `scale[channel] * levels[code] + offset[channel]`, each operation rounded to
 * float32.
 *
 * @returns One value per code, row-major.
 */
export function dequantize(tensor: Quantized): Float32Array {
  return dequantizeSlice(tensor, 0, tensor.codes.length);
}

/** The values of the codes from `from` up to `to`. */
export function dequantizeSlice({ codes, grid, layout }: Quantized, from: number, to: number): Float32Array {
  const { levels, scale, offset } = grid;
  const { channels, inner } = layout;
  const values = new Float32Array(to - from);
  let channel = Math.floor(from / inner) % channels;
  for (let element = from, end = from - (from % inner); element < to; ) {
    const unit = scale[channel]!;
    end += inner;
    for (const stop = Math.min(end, to); element < stop; element++) {
      const value = Math.fround(unit * levels[codes[element]!]!);
      values[element - from] = offset === undefined ? value : value + offset[channel]!;
    }
    channel = channel + 1 < channels ? channel + 1 : 0;
  }
  return values;
}
