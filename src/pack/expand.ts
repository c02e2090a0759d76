import { bytesOf, channelLayout, type NamedTensor } from '../core/index.js';
import { dequantize, dequantizeSlice, type Quantized } from '../quantize/index.js';
import type { CodedTensor, StoredTensor } from './packed-model.js';
import { inSlices } from './slices.js';

/** The tensor as tfjs takes it: codes become the float32 values that they stand for. */
export function expandTensor(tensor: StoredTensor): NamedTensor {
  const { name, shape } = tensor;
  if (tensor.encoding === 'raw') return { name, shape, dtype: tensor.dtype, values: tensor.values };
  return { name, shape, dtype: 'float32', values: dequantize(quantizedOf(tensor)) };
}

/** The values of all tensors as bytes, back to back; each is written where it belongs, so that there is no second copy. */
export async function joinTensors(tensors: readonly StoredTensor[]): Promise<ArrayBuffer> {
  const parts = tensors.map(sliceable);
  const joined = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const { length, slice } of parts) {
    await inSlices(length, (from, to) => {
      const values = slice(from, to);
      joined.set(bytesOf(values), offset);
      offset += values.byteLength;
    });
  }
  return joined.buffer;
}

/** How many values a tensor has, their bytes, and some of them as tfjs takes them. */
function sliceable(tensor: StoredTensor) {
  if (tensor.encoding === 'raw') {
    const { values } = tensor;
    const { length, byteLength } = values;
    return { length, byteLength, slice: (from: number, to: number) => values.subarray(from, to) };
  }
  const quantized = quantizedOf(tensor);
  const { length } = tensor.codes;
  return {
    length,
    byteLength: 4 * length,
    slice: (from: number, to: number) => dequantizeSlice(quantized, from, to),
  };
}

function quantizedOf({ codes, grid, shape, axes }: CodedTensor): Quantized {
  return { codes, grid, layout: channelLayout(shape, axes) };
}
