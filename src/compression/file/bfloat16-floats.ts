import { roundToBfloat16 } from '../../core/index.js';
import type { PackedModel, StoredTensor } from '../../pack/index.js';

/**
 * Scales, offsets and float vectors (biases, what is left of BatchNorm) rounded to half their bits, bfloat16.
 *
 * What is lost, 0.4 % of a number at the most, is far below what a few bits lose of a kernel, and the metric is measured on
 * the file. Single numbers and tensors of more dimensions stay: nobody knows what they are for.
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
