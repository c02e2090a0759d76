import type { ChannelLayout } from '../../core/index.js';
import { WHOLE_BITS } from '../bits.js';
import { dequantize } from '../dequantize.js';
import { encode } from '../encode.js';
import { evenStep, type Grid } from '../grid.js';
import { GAUSSIAN_SQNR_DB, sqnrDb } from '../metrics.js';
import { codebook } from './codebook.js';
import type { Quantizer } from './quantizer.js';

/** A bit more a weight halves the error of any fine grid. */
const DB_A_BIT = 20 * Math.log10(2);
/** What float32 itself keeps: a grid without any error is worth no more than that. */
const FLOAT32_DB = 24 * DB_A_BIT;

/**
 * For each tensor the quantizer that costs least: squared error times `4 ** bits`, where the bits are all that a weight
 * takes in the file, scales, offsets and uneven levels included.
 *
 * A bit more makes the error four times (6.02 dB) smaller, whatever the grid. So the product says which of two grids of
 * different size would have the smaller error if both had as many bits.
 *
 * @param candidates  Those that have the width are tried; of equals the first is taken.
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
      .reduce((best, next) => (next.cost < best.cost ? next : best)).quantizer;
  return {
    name: 'auto',
    describe: 'for each layer the one that costs least, in error and in bytes',
    widths: WHOLE_BITS,
    gaussianDb: { ...GAUSSIAN_SQNR_DB, ...codebook.gaussianDb },
    choose,
    fit: (weights, layout, bits) => choose(weights, layout, bits).fit(weights, layout, bits),
  };
}

/** Half the logarithm to base 2 of the product: the bits a weight, less those that the SQNR is worth. */
function costBits(weights: Float32Array, layout: ChannelLayout, grid: Grid): number {
  const reached = sqnrDb(weights, dequantize(encode(weights, grid, layout))) ?? FLOAT32_DB;
  return bitsPerWeight(grid, weights.length) - reached / DB_A_BIT;
}

/** Bits of a code, and a weight's share of the float32s that lie in the file beside the codes. */
function bitsPerWeight({ levels, scale, offset }: Grid, weights: number): number {
  const uneven = evenStep(levels) === null ? levels.length : 0;
  const floats = scale.length + (offset?.length ?? 0) + uneven;
  return Math.log2(levels.length) + (32 * floats) / Math.max(1, weights);
}
