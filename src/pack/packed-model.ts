import type { NamedTensor, Shape } from '../core/index.js';
import type { Grid } from '../quantize/index.js';

/** File name of the packed model in the folder that `qgt compress` writes. */
export const PACKED_FILE = 'model.qgt';

/** A tensor kept as it is. */
export interface RawTensor extends NamedTensor {
  readonly encoding: 'raw';
  /** Present where every bit of it is to stay while the file is made ready; not in the file. */
  readonly pinned?: true;
}

/** A float32 tensor kept as codes on a grid. */
export interface CodedTensor {
  readonly encoding: 'codes';
  readonly name: string;
  readonly shape: Shape;
  /** The neighbouring dimensions that have a scale of their own; none: one scale for all. */
  readonly axes: readonly number[];
  /** One code per element, row-major. */
  readonly codes: Uint8Array;
  readonly grid: Grid;
}

/** One weight of a packed model. */
export type StoredTensor = RawTensor | CodedTensor;

/** Preparation of inputs, as used when the model was compressed. */
export interface Preprocessing {
  /** Range of the inputs, as `--input-range` takes it: `0..1`, or `image=0..1;tokens=as-is` where they differ. */
  readonly inputRange?: string;
  /** Class names in the order of the model's outputs. */
  readonly classes?: readonly string[];
}

/** Contents of a `.qgt` file. */
export interface PackedModel {
  /** Kind of the model, which decides the tfjs class that loads it. */
  readonly kind: 'layers' | 'graph';
  /** `modelTopology` as stock tfjs takes it (Keras 3 and other dialects already made loadable). */
  readonly topology: unknown;
  /** Further keys of model.json that tfjs hands on: signature, userDefinedMetadata, modelInitializer. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly preprocessing: Preprocessing;
  readonly tensors: readonly StoredTensor[];
}
