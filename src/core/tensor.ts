import type { Shape } from './shape.js';

/** The element types that a tfjs weight can have once it is in memory. */
export type DType = 'float32' | 'int32' | 'bool' | 'string' | 'complex64';

/** A named tensor outside of any engine. `string` and `complex64` values stay the bytes of the file. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Float32Array for `float32`, Int32Array for `int32`, Uint8Array for all others. */
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Bytes of one element where the dtype has a fixed size; `string` has none. */
export const BYTES_PER_ELEMENT: Readonly<Record<Exclude<DType, 'string'>, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
};
