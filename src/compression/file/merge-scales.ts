import type { PackedModel, StoredTensor } from '../../pack/index.js';

/** The model with one scale for a tensor whose channels all have the same: the same values, and codes for stock tfjs. */
export function mergeScales(model: PackedModel): PackedModel {
  return { ...model, tensors: model.tensors.map(withOneScale) };
}

function withOneScale(tensor: StoredTensor): StoredTensor {
  if (tensor.encoding === 'raw') return tensor;
  const { levels, scale, offset } = tensor.grid;
  const isSame = [scale, offset ?? []].every((values) => values.every((value) => value === values[0]));
  if (scale.length < 2 || !isSame) return tensor;
  const offsets = offset === undefined ? {} : { offset: offset.slice(0, 1) };
  return { ...tensor, axes: [], grid: { levels, scale: scale.slice(0, 1), ...offsets } };
}
