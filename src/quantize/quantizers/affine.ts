import { WHOLE_BITS } from '../bits.js';
import { encodeBalanced } from '../encode-balanced.js';
import { fitGrid } from '../least-squares.js';
import { GAUSSIAN_SQNR_DB } from '../metrics.js';
import type { Quantizer } from './quantizer.js';

/**
 * `2 ** bits` evenly spaced values from an offset of each channel's own.
 *
 * @see Jacob et al. 2018, arXiv:1712.05877, eq. 1; the zero point is a float here.
 */
export const affine: Quantizer = {
  name: 'affine',
  describe: 'even steps with an offset per channel, for weights that lean to one side',
  levels: 'even steps from an offset, one for each channel',
  suits: 'weights that lean to one side; it stores one more float per channel',
  widths: WHOLE_BITS,
  gaussianDb: GAUSSIAN_SQNR_DB,
  fit: (weights, layout, bits) =>
    fitGrid(
      weights,
      layout,
      Float32Array.from({ length: 2 ** bits }, (_, code) => code),
      { shift: 'free' },
    ),
  encode: encodeBalanced,
};
