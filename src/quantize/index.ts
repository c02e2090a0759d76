export { BIT_WIDTHS, type Bits, TERNARY_BITS, WHOLE_BITS } from './bits.js';
export { dequantize } from './dequantize.js';
export { encode } from './encode.js';
export { evenStep, type Grid, nearestCode, type Quantized } from './grid.js';
export { fitGrid } from './least-squares.js';
export { decibels, entropyBits, GAUSSIAN_SQNR_DB, mse, sqnrDb } from './metrics.js';
export { quantizerFor, quantizers, widthFor } from './quantizers/index.js';
export type { FittedGrid, Quantizer } from './quantizers/quantizer.js';
