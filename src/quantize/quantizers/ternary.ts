import { TERNARY_BITS } from '../bits.js';
import { fitGrid } from '../least-squares.js';
import { GAUSSIAN_SQNR_DB } from '../metrics.js';
import type { Quantizer } from './quantizer.js';

/**
 * -1, 0 and 1 times a scale: 1.58 bits a weight, and most multiplications become additions.
 *
 * The paper takes 0.7 times the mean magnitude for the threshold between 0 and 1; here scale and threshold are searched,
 * which is never worse.
 *
 * @see Li and Liu 2016, Ternary Weight Networks, arXiv:1605.04711, section 2.
 */
export const ternary: Quantizer = {
  name: 'ternary',
  describe: '-1, 0 and 1 times a scale: the grid of --bits 1.58',
  widths: [TERNARY_BITS],
  gaussianDb: GAUSSIAN_SQNR_DB,
  fit: (weights, layout) => fitGrid(weights, layout, Float32Array.of(-1, 0, 1), 'none'),
};
