import { bytesOf, channelsOf, type NamedTensor } from '../core/index.js';
import { type Dequantizable, dequantize, dequantizeSlice } from '../quantize/index.js';
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
  const joined = new Uint8Array(
    tensors.reduce(
      (sum, each) => sum + (each.encoding === 'raw' ? each.values.byteLength : 4 * each.codes.length),
      0,
    ),
  );
  let offset = 0;
  for (const tensor of tensors) {
    let bytes: Uint8Array;
    if (tensor.encoding === 'raw') bytes = bytesOf(tensor.values);
    else {
      const { length } = tensor.codes;
      // Behind strings and booleans there may be no place for floats.
      const values = offset % 4 ? new Float32Array(length) : new Float32Array(joined.buffer, offset, length);
      const quantized = quantizedOf(tensor);
      await inSlices(length, (from, to) => dequantizeSlice(quantized, values, from, to));
      bytes = bytesOf(values);
    }
    if (bytes.buffer !== joined.buffer)
      await inSlices(bytes.length, (from, to) => joined.set(bytes.subarray(from, to), offset + from));
    offset += bytes.length;
  }
  return joined.buffer;
}

function quantizedOf({ codes, grid, shape, axes }: CodedTensor): Dequantizable {
  return { codes, grid, layout: channelsOf(shape, axes) };
}
