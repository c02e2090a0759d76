import * as tf from '../engine/tf.js';
import { type OutputHead, widthOf } from './output-head.js';

/** A batch's labels: one class index a sample, or one array of values per output. */
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
 * A batch's labels as row-major targets of each output: classes become one-hot rows, or 0 and 1 for a single unit.
 *
 * @param outputs  Shapes of one sample of each output.
 */
export function targetArrays(
  labels: BatchLabels,
  outputs: readonly Pick<OutputHead, 'shape'>[],
): readonly Float32Array[] {
  if (!(labels instanceof Int32Array)) return labels;
  const width = widthOf(outputs[0]!);
  if (width === 1) return [Float32Array.from(labels)];
  const rows = new Float32Array(labels.length * width);
  for (const [row, label] of labels.entries()) rows[row * width + label] = 1;
  return [rows];
}

/** `targetArrays` as tensors, [batch, ...]; the caller disposes of them. */
export function targetTensors(
  labels: BatchLabels,
  size: number,
  outputs: readonly Pick<OutputHead, 'shape'>[],
): tf.Tensor[] {
  return targetArrays(labels, outputs).map((values, index) =>
    tf.tensor(values, [size, ...outputs[index]!.shape]),
  );
}
