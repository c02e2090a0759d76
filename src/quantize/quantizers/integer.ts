import { WHOLE_BITS } from '../bits.js';
import { encodeBalanced } from '../encode-balanced.js';
import { fitGrid } from '../least-squares.js';
import type { Quantizer } from './quantizer.js';

/**
 * The integers `-2 ** (bits - 1) .. 2 ** (bits - 1) - 1` times a scale: at 2 bits -2, -1, 0 and 1 steps.
 *
 * It holds zero exactly and is what integer kernels compute with.
 *
 * @see Jacob et al. 2018, arXiv:1712.05877, eq. 1 with a zero point of 0.
 */
export const integer: Quantizer = {
  name: 'integer',
  describe: 'integers times a scale, zero among them',
  levels: 'the integers from -2^(bits-1) to 2^(bits-1)-1',
  suits: 'integer kernels, and models with many zeros; from 4 bits on it loses 0.1 dB at most',
  widths: WHOLE_BITS,
  // Less than that of `uniform`: with a zero in the middle of an even number of levels, one side is a step short.
  gaussianDb: { 2: 8.26, 3: 13.91, 4: 19.26, 5: 24.53, 6: 29.82, 7: 35.16, 8: 40.57 },
  fit: (weights, layout, bits) => {
    const count = 2 ** bits;
    return fitGrid(
      weights,
      layout,
      Float32Array.from({ length: count }, (_, code) => code - count / 2),
    );
  },
  encode: encodeBalanced,
};
