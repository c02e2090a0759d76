import type { ChannelLayout } from '../../core/index.js';
import { encodeBalanced } from '../encode-balanced.js';
import type { Grid } from '../grid.js';
import { GAUSSIAN_SQNR_DB } from '../metrics.js';
import { rangeOf } from '../range.js';
import type { Quantizer } from './quantizer.js';

/** Codes of 8 bits. */
const LEVELS = 256;
/** Smallest step, as a share of the largest weight: what float32 tells apart, and up to which it counts steps from 0. */
const MIN_STEP = 2 ** -23;

/**
 * The steps of tfjs-converter's uint8 weights: a 255th of the range of the whole tensor, the same for every channel, with
 * 0 on the grid. Errors cancel out in each channel.
 *
 * Even steps of one size are what leaves the least error for the bits that codes take once they are entropy-coded, so
 * that a scale of its own for each channel costs more than it gains (docs/decisions/0014-steps-at-8-bits.md).
 *
 * @see Gish and Pierce 1968, Asymptotically efficient quantizing, IEEE Trans. Inf. Theory 14(5).
 */
export const uint8: Quantizer = {
  name: 'uint8',
  describe: "even steps over the kernel's range, the same for all channels, as in tfjs-converter's uint8",
  levels: "even steps of 1/255 of the whole kernel's range, the same for all channels",
  suits:
    "the default at 8 bits: no larger than tfjs-converter's uint8 weights under brotli, and no more noise",
  widths: [8],
  gaussianDb: { 8: GAUSSIAN_SQNR_DB[8] },
  fit: (weights, layout) => uint8Steps(weights, layout, 1),
  encode: encodeBalanced,
};

/**
 * Even steps over the range of a tensor.
 *
 * @param factor  Their size in units of the converter's, a 255th of the range; 1 or more.
 */
export function uint8Steps(weights: Float32Array, { channels }: ChannelLayout, factor: number): Grid {
  const [low, high] = rangeOf(weights);
  // A tensor of one value has that for its step; one without weights has none.
  const step =
    high > low
      ? Math.max((factor * (high - low)) / (LEVELS - 1), MIN_STEP * Math.max(-low, high))
      : Math.abs(weights[0] ?? 0);
  const first = step === 0 ? 0 : Math.round(low / step);
  return {
    levels: Float32Array.from({ length: LEVELS }, (_, code) => first + code),
    scale: new Float32Array(channels).fill(step),
  };
}
