import type * as tf from './tf.js';

/** Result of a normalization with the statistics of the batch; the caller disposes of all three. */
export interface NormalizedBatch {
  /** [batch, height, width, channels] */
  readonly normalized: tf.Tensor4D;
  /** [channels] */
  readonly mean: tf.Tensor1D;
  /** [channels], over the batch's own elements (no Bessel correction). */
  readonly variance: tf.Tensor1D;
}

/** Normalizes `x` [batch, height, width, channels] over all but its channels, with a gradient of few ops. */
export type NormalizeBatch = (
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
) => NormalizedBatch;
