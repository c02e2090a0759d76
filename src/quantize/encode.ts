import { type ChannelLayout, forEachElement } from '../core/index.js';
import { type Grid, nearestCode, type Quantized } from './grid.js';

/**
 * The code of the nearest grid value for every weight.
 *
 * @param weights  Row-major, length = product of the layout.
 * @returns Codes that `dequantize` turns into the nearest values of `grid`.
 */
export function encode(weights: Float32Array, grid: Grid, layout: ChannelLayout): Quantized {
  const nearest = nearestCode(grid.levels);
  const codes = new Uint8Array(weights.length);
  forEachElement(layout, (element, channel) => {
    const scale = grid.scale[channel]!;
    const value = weights[element]! - (grid.offset?.[channel] ?? 0);
    codes[element] = nearest(scale === 0 ? 0 : value / scale);
  });
  return { codes, grid, layout };
}
