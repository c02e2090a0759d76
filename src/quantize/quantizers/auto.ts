import type { ChannelLayout } from '../../core/index.js';
import { WHOLE_BITS } from '../bits.js';
import { dequantize } from '../dequantize.js';
import { encode } from '../encode.js';
import { evenStep, type Grid, type Quantized } from '../grid.js';
import { entropyBits, GAUSSIAN_SQNR_DB, sqnrDb } from '../metrics.js';
import type { Quantizer } from './quantizer.js';

/** Smallest advantage, in bits per weight, that replaces an earlier candidate; less than that is chance. */
const MIN_GAIN = 0.02;
/** Bits of a scale or an offset in the file (docs/decisions/0013). */
const BFLOAT16_BITS = 16;
/** A bit more a weight halves the error of any fine grid. */
const DB_A_BIT = 20 * Math.log10(2);
/** SQNR of float32's own 24-bit mantissa, in dB: the upper bound for a grid without any error. */
const FLOAT32_DB = 24 * DB_A_BIT;

/**
 * For each tensor the quantizer that costs least: squared error times `4 ** bits`, where the bits are all that a weight
 * takes in the file: the entropy of the codes, scales, offsets and uneven levels.
 *
 * A bit more makes the error four times (6.02 dB) smaller, whatever the grid. So the product says which of two grids of
 * different size would have the smaller error if both had as many bits.
 *
 * @param candidates  Those that support the width are tried; the first of nearly equal ones is taken.
 * @see Gray and Neuhoff 1998, Quantization, IEEE Trans. Inf. Theory 44(6), on the rule of 6 dB a bit.
 */
export function cheapestOf(candidates: readonly Quantizer[]): Quantizer {
  const choose = (...[weights, layout, bits]: Parameters<Quantizer['fit']>): Quantizer =>
    candidates
      .filter(({ widths }) => widths.includes(bits))
      .map((quantizer) => ({
        quantizer,
        cost: costBits(weights, layout, quantizer.fit(weights, layout, bits)),
      }))
      .reduce((best, next) => (next.cost < best.cost - MIN_GAIN ? next : best)).quantizer;
  return {
    name: 'auto',
    describe: 'for each layer the one that costs least, in error and in bytes',
    levels: 'those of the quantizer that costs least, chosen for each layer',
    suits: 'a smaller error at the same size; the report says what each layer got',
    widths: WHOLE_BITS,
    // Once its codes are entropy-coded, nothing beats even steps on such weights.
    gaussianDb: GAUSSIAN_SQNR_DB,
    choose,
    fit: (weights, layout, bits) => choose(weights, layout, bits).fit(weights, layout, bits),
  };
}

/** Half the logarithm to base 2 of the product: the bits a weight, less those that the SQNR is worth. */
function costBits(weights: Float32Array, layout: ChannelLayout, grid: Grid): number {
  const quantized = encode(weights, grid, layout);
  const reached = sqnrDb(weights, dequantize(quantized)) ?? FLOAT32_DB;
  return bitsPerWeight(quantized) - reached / DB_A_BIT;
}

/** Bits of a code, and a weight's share of the numbers that lie in the file beside the codes. */
function bitsPerWeight({ codes, grid: { levels, scale, offset } }: Quantized): number {
  const short = scale.length + (offset?.length ?? 0);
  const uneven = evenStep(levels) === null ? levels.length : 0;
  return entropyBits(codes) + (BFLOAT16_BITS * short + 32 * uneven) / Math.max(1, codes.length);
}
