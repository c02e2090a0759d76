import { channelLayout, type NamedTensor } from '../core/index.js';
import { dequantize } from '../quantize/index.js';
import type { StoredTensor } from './packed-model.js';

/** The tensor as tfjs takes it: codes become the float32 values that they stand for. */
export function expandTensor(tensor: StoredTensor): NamedTensor {
  const { name, shape } = tensor;
  if (tensor.encoding === 'raw') return { name, shape, dtype: tensor.dtype, values: tensor.values };
  const { codes, grid, axes } = tensor;
  const values = dequantize({ codes, grid, layout: channelLayout(shape, axes) });
  return { name, shape, dtype: 'float32', values };
}
