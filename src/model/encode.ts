import type { NamedTensor } from '../core/index.js';

/** Weights as `tf.io.ModelArtifacts` has them. */
export interface EncodedWeights {
  readonly weightData: ArrayBuffer;
  readonly weightSpecs: { name: string; shape: number[]; dtype: NamedTensor['dtype'] }[];
}

/** Lays weights back to back, as tfjs takes them from an IOHandler. */
export function encodeWeights(tensors: readonly NamedTensor[]): EncodedWeights {
  const data = new Uint8Array(tensors.reduce((sum, { values }) => sum + values.byteLength, 0));
  let offset = 0;
  for (const { values } of tensors) {
    data.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return {
    weightData: data.buffer,
    weightSpecs: tensors.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
  };
}
