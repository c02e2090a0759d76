import { fitGrid } from '../least-squares.js';
import type { Quantizer } from './quantizer.js';

/**
 * The k of each width. At 2 bits 1 and 1/4 stand for normally distributed magnitudes better than 1 and 1/2 (1.2 dB);
 * the best two are 3.3 apart.
 */
const EXPONENTS = { 2: [0, 2], 3: [0, 1, 2, 3], 4: [0, 1, 2, 3, 4, 5, 6, 7] } as const;

/**
 * `+-2 ** -k` times a scale: a sign and an exponent, so that products are shifts.
 *
 * Levels lie close around zero and far apart where weights are large, and a longer exponent doesn't help there: 4 bits
 * reach 14.23 dB on normally distributed weights, 5 bits 0.001 dB more.
 *
 * @see Zhou et al. 2017, Incremental Network Quantization, arXiv:1702.03044, section 2.1, which spends a code on zero.
 */
export const powerOfTwo: Quantizer = {
  name: 'power-of-two',
  describe: 'a sign and an exponent, up to 4 bits, for hardware that shifts',
  levels:
    '±2^-k, a sign and an exponent: at 2 bits ±1 and ±1/4, at 3 bits ±1 to ±1/8, at 4 bits ±1 to ±1/128',
  suits: 'hardware that shifts instead of multiplying',
  widths: [2, 3, 4],
  gaussianDb: { 2: 9.19, 3: 13.55, 4: 14.23 },
  fit: (weights, layout, bits) => {
    const exponents: readonly number[] = EXPONENTS[bits as keyof typeof EXPONENTS];
    const magnitudes = exponents.map((exponent) => 2 ** -exponent);
    const levels = Float32Array.from([...magnitudes.map((magnitude) => -magnitude), ...magnitudes]).sort();
    return fitGrid(weights, layout, levels);
  },
};
