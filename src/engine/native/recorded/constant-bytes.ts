import type { Binding, BindingValues } from '../backend.js';

/**
 * Values of a tensor as a graph's constant has them.
 *
 * @param dtype  TensorFlow's number for it.
 * @throws Error for a dtype that is not recorded.
 */
export function constantBytes(binding: Binding, dtype: number, values: BindingValues): Uint8Array {
  const typed = typedArray(binding, dtype, values);
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

function typedArray(binding: Binding, dtype: number, values: BindingValues): ArrayBufferView {
  switch (dtype) {
    case binding.TF_FLOAT:
      return Float32Array.from(values as ArrayLike<number>);
    case binding.TF_INT32:
      return Int32Array.from(values as ArrayLike<number>);
    case binding.TF_BOOL:
      return Uint8Array.from(values as ArrayLike<number>);
    case binding.TF_INT64:
      // tfjs-node hands 64-bit integers over as pairs of 32-bit ones, the lower half first.
      return Int32Array.from(values as ArrayLike<number>);
    default:
      throw new Error(`it uses a constant of a dtype that is not recorded (${dtype})`);
  }
}
