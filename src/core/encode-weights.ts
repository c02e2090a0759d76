import { bytesOf, joinBytes } from './bytes.js';
import type { NamedTensor } from './tensor.js';

/** Weights as `tf.io.ModelArtifacts` has them. */
export interface EncodedWeights {
  readonly weightData: ArrayBuffer;
  readonly weightSpecs: { name: string; shape: number[]; dtype: NamedTensor['dtype'] }[];
}

/** Lays weights back to back, as tfjs takes them from an IOHandler. */
export function encodeWeights(tensors: readonly NamedTensor[]): EncodedWeights {
  return {
    weightData: joinBytes(tensors.map(({ values }) => bytesOf(values))).buffer,
    weightSpecs: tensors.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
  };
}
