import { type NamedTensor, sizeOf } from '../../../core/index.js';

/** A tensor with only those indices of one dimension. */
export function takeAlongAxis(tensor: NamedTensor, axis: number, indices: readonly number[]): NamedTensor {
  const { shape, values } = tensor;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const cut = values.slice(0, outer * indices.length * inner);
  for (let o = 0; o < outer; o++) {
    for (const [to, from] of indices.entries()) {
      const start = (o * shape[axis]! + from) * inner;
      cut.set(values.subarray(start, start + inner), (o * indices.length + to) * inner);
    }
  }
  return { ...tensor, shape: shape.toSpliced(axis, 1, indices.length), values: cut };
}

/** The indices below `count` whose channel stays for a reason, where channels follow each other again and again. */
export function keptIndices(reasons: readonly (string | null)[], count = reasons.length): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => reasons[index % reasons.length] !== null,
  );
}
