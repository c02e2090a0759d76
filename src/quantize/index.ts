export { BIT_WIDTHS, type Bits, MAX_BITS, TERNARY_BITS, WHOLE_BITS } from './bits.js';
export { type ChannelEnergy, channelEnergies, type ErringChannel, worstChannels } from './channel-errors.js';
export { type Dequantizable, dequantize, dequantizeSlice } from './dequantize.js';
export { drawIn } from './draw-in.js';
export { encode } from './encode.js';
export { evenStep, type Grid, nearestCode, type Quantized } from './grid.js';
export { type WeightHistogram, weightHistogram } from './histogram.js';
export { fitGrid } from './least-squares.js';
export { decibels, entropyBits, GAUSSIAN_SQNR_DB, mse, sqnrDb } from './metrics.js';
export { affine } from './quantizers/affine.js';
export {
  defaultQuantizer,
  possibleWidths,
  quantizerFor,
  quantizers,
  widthFor,
  widthsOf,
} from './quantizers/index.js';
export type { FittedGrid, Quantizer } from './quantizers/quantizer.js';
export { uint8, uint8Steps } from './quantizers/uint8.js';
export { uniform } from './quantizers/uniform.js';
export { type WeightErrors, weightErrors } from './weight-errors.js';
