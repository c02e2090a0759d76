import * as tf from '../engine/tf.js';

/** A batch's right answers: one class index a sample, or one array of values per output. */
export type BatchLabels = Int32Array | readonly Float32Array[];

/** A batch as the data stage hands it over. */
export interface Batch {
  /** One per model input, row-major. */
  readonly inputs: readonly Float32Array[];
  readonly labels?: BatchLabels | undefined;
  readonly size: number;
}

/** The shapes of one sample, so that a batch's arrays can be made tensors. */
export interface SampleShapes {
  readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: 'float32' | 'int32' }[];
}

/** A batch's inputs as tensors; the caller disposes of them. */
export function inputTensors({ inputs, size }: Batch, shapes: SampleShapes): tf.Tensor[] {
  return inputs.map((values, index) => {
    const { shape, dtype } = shapes.inputs[index]!;
    return tf.tensor(dtype === 'int32' ? Int32Array.from(values) : values, [size, ...shape], dtype);
  });
}

/**
 * A batch's labels as targets for each output: classes become one-hot vectors, or 0 and 1 for a single sigmoid.
 *
 * @param outputs  Shapes of one sample of each output.
 */
export function targetTensors(
  labels: BatchLabels,
  size: number,
  outputs: readonly { readonly shape: readonly number[] }[],
): tf.Tensor[] {
  if (labels instanceof Int32Array) {
    const { shape } = outputs[0]!;
    const width = shape.at(-1) ?? 1;
    if (width === 1) return [tf.tensor(Float32Array.from(labels), [size, ...shape])];
    return [
      tf.tidy(() =>
        tf.reshape(tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), width), 'float32'), [size, ...shape]),
      ),
    ];
  }
  return labels.map((values, index) => tf.tensor(values, [size, ...outputs[index]!.shape]));
}
