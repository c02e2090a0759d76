import { roundToBfloat16 } from '../../core/index.js';
import type { PackedModel, StoredTensor } from '../../pack/index.js';

/**
 * Rounds scales, offsets and float vectors (biases, the rest of BatchNorm) to bfloat16, half their bits.
 *
 * The loss, at most 0.4 % of a number, is far below that of quantizing a kernel to a few bits, and the metric
 * is measured on the file. Single numbers and tensors of more dimensions stay in float32, since their purpose
 * is unknown.
 */
export function toBfloat16Floats(model: PackedModel): PackedModel {
  return { ...model, tensors: model.tensors.map(shortTensor) };
}

function shortTensor(tensor: StoredTensor): StoredTensor {
  if (tensor.encoding === 'codes') {
    const { levels, scale, offset } = tensor.grid;
    const offsets = offset === undefined ? {} : { offset: roundToBfloat16(offset) };
    return { ...tensor, grid: { levels, scale: roundToBfloat16(scale), ...offsets } };
  }
  const { shape, values } = tensor;
  return shape.length === 1 && values instanceof Float32Array
    ? { ...tensor, values: roundToBfloat16(values) }
    : tensor;
}
