import { WHOLE_BITS } from '../bits.js';
import { encodeBalanced } from '../encode-balanced.js';
import { fitGrid } from '../least-squares.js';
import { GAUSSIAN_SQNR_DB } from '../metrics.js';
import type { Quantizer } from './quantizer.js';

/**
 * `2 ** bits` evenly spaced values around zero without zero itself (mid-rise): at 2 bits +-0.5 and +-1.5 steps.
 *
 * At 2 bits it wastes no level, which a grid with a zero does.
 *
 * @see Max 1960, Quantizing for minimum distortion, table II.
 */
export const uniform: Quantizer = {
  name: 'uniform',
  describe: 'even steps around zero, best at 2 bits',
  levels: 'even steps around zero: at 2 bits ±0.5 and ±1.5',
  suits: 'the default below 8 bits; the best even steps at 2 bits, since no level is spent on zero',
  widths: WHOLE_BITS,
  gaussianDb: GAUSSIAN_SQNR_DB,
  fit: (weights, layout, bits) => {
    const count = 2 ** bits;
    return fitGrid(
      weights,
      layout,
      Float32Array.from({ length: count }, (_, code) => code - (count - 1) / 2),
    );
  },
  encode: encodeBalanced,
};
