import * as tf from '../engine/tf.js';
import type { Batch } from '../metrics/index.js';

/**
 * How much each sample of a batch counts in the loss.
 *
 * @param weightByClass  Weight of a sample of each class; undefined: all count alike.
 * @returns [batch]; undefined where all count alike, or have no labels.
 */
export function sampleWeights(
  { labels }: Pick<Batch, 'labels'>,
  weightByClass: Float32Array | undefined,
): tf.Tensor | undefined {
  if (weightByClass === undefined || labels === undefined) return undefined;
  // Beside a single unit classes are values, 0 or 1.
  const classes = labels instanceof Int32Array ? labels : labels[0]!;
  return tf.tensor1d(Float32Array.from(classes, (label) => weightByClass[label]!));
}
