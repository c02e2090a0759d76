import { WHOLE_BITS } from '../bits.js';
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
  widths: WHOLE_BITS,
  fit: (weights, layout, bits) => {
    const count = 2 ** bits;
    return fitGrid(
      weights,
      layout,
      Float32Array.from({ length: count }, (_, code) => code - count / 2),
      'none',
    );
  },
};
