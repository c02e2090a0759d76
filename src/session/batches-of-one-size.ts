import * as tf from '../engine/tf.js';
import type { Predict } from '../metrics/index.js';

/**
 * Makes a model that demands batches of one size take any: they are cut up, and the last part is filled with copies of
 * its last sample.
 *
 * An output without a size for the batch has a row for each sample. One whose size differs from sample to sample has no
 * values at all: shape [0].
 */
export function inBatchesOf(size: number, run: Predict): Predict {
  return async (inputs) => {
    const count = inputs[0]!.shape[0]!;
    const parts: tf.Tensor[][] = [];
    for (let start = 0; start < count; start += size) {
      const length = Math.min(size, count - start);
      const own = inputs.map((input) => tf.tidy(() => filled(tf.slice(input, start, length), size)));
      const made = await run(own);
      parts.push(tf.tidy(() => made.map((output) => withoutCopies(output, length, size))));
      tf.dispose([...own, ...made]);
    }
    const outputs = tf.tidy(() => parts[0]!.map((_, index) => joined(parts.map((part) => part[index]!))));
    tf.dispose(parts.flat());
    return outputs;
  };
}

function filled(samples: tf.Tensor, size: number): tf.Tensor {
  const missing = size - samples.shape[0]!;
  if (missing === 0) return samples;
  const last = tf.slice(samples, samples.shape[0]! - 1, 1);
  return tf.concat([samples, ...Array.from({ length: missing }, () => last)]);
}

function withoutCopies(output: tf.Tensor, length: number, size: number): tf.Tensor {
  if (output.shape[0] === size) return tf.slice(output, 0, length);
  return size === 1 ? tf.expandDims(output) : noValues();
}

function joined(parts: tf.Tensor[]): tf.Tensor {
  const own = (tensor: tf.Tensor) => tensor.shape.slice(1).join();
  return parts.every((part) => own(part) === own(parts[0]!)) ? tf.concat(parts) : noValues();
}

const noValues = (): tf.Tensor => tf.zeros([0]);
