import { type ChannelLayout, forEachElement } from '../../core/index.js';
import { TERNARY_BITS } from '../bits.js';
import { encodeBalanced } from '../encode-balanced.js';
import { fitGrid } from '../least-squares.js';
import { GAUSSIAN_SQNR_DB } from '../metrics.js';
import type { Quantizer } from './quantizer.js';

/**
 * -1, 0 and 1 times a scale: 1.58 bits a weight, and most multiplications become additions.
 *
 * The paper takes 0.7 times the mean magnitude for the threshold between 0 and 1, which is near the best; this is the
 * best.
 *
 * @see Li and Liu 2016, Ternary Weight Networks, arXiv:1605.04711, section 2.
 */
export const ternary: Quantizer = {
  name: 'ternary',
  describe: '-1, 0 and 1 times a scale: the grid of --bits 1.58',
  levels: '-1, 0 and 1',
  suits: 'the smallest file; `--bits 1.58`',
  widths: [TERNARY_BITS],
  gaussianDb: GAUSSIAN_SQNR_DB,
  fit: (weights, layout) =>
    fitGrid(weights, layout, Float32Array.of(-1, 0, 1), { start: bestScales(weights, layout) }),
  encode: encodeBalanced,
};

/** For each channel the mean of its k largest magnitudes, with the k that leaves the least error: `|w|^2 - sum^2 / k`. */
function bestScales(weights: Float32Array, layout: ChannelLayout): Float32Array {
  const magnitudes: number[][] = Array.from({ length: layout.channels }, () => []);
  forEachElement(layout, (element, channel) => magnitudes[channel]!.push(Math.abs(weights[element]!)));
  return Float32Array.from(magnitudes, bestScale);
}

function bestScale(magnitudes: number[]): number {
  let [sum, most, scale] = [0, 0, 0];
  for (const [index, magnitude] of magnitudes.sort((a, b) => b - a).entries()) {
    sum += magnitude;
    const explained = sum ** 2 / (index + 1);
    if (explained > most) [most, scale] = [explained, sum / (index + 1)];
  }
  return scale;
}
