import type { Channels } from '../core/index.js';
import type { Quantized } from './grid.js';

/** Codes on a grid, and the channel of each. */
export interface Dequantizable extends Omit<Quantized, 'layout'> {
  readonly layout: Channels;
}

/**
 * Values of a tensor's codes: `scale[channel] * levels[code] + offset[channel]`, each operation rounded to
 * float32.
 *
 * @returns One value per code, row-major.
 */
export function dequantize(tensor: Dequantizable): Float32Array {
  const values = new Float32Array(tensor.codes.length);
  dequantizeSlice(tensor, values, 0, values.length);
  return values;
}

/** Writes the values of the codes from `from` up to `to` where they belong among all values. */
export function dequantizeSlice(tensor: Dequantizable, values: Float32Array, from: number, to: number): void {
  const { codes, layout } = tensor;
  const { levels, scale, offset } = tensor.grid;
  const { channels, inner } = layout;
  let channel = Math.floor(from / inner) % channels;
  let left = inner - (from % inner);
  for (let element = from; element < to; element++) {
    const value = Math.fround(scale[channel]! * levels[codes[element]!]!);
    values[element] = offset === undefined ? value : value + offset[channel]!;
    if (--left === 0) {
      left = inner;
      channel = channel + 1 < channels ? channel + 1 : 0;
    }
  }
}
