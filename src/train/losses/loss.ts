import type * as tf from '../../engine/tf.js';
import type { LossName } from '../loss-names.js';

/** A task loss: one file here, one line in index.ts, one name in loss-names.ts. */
export interface TaskLoss {
  readonly name: LossName;
  /**
   * @param logits   [batch, ...]: before softmax or sigmoid for the two cross-entropies, else the output itself.
   * @param targets  Of the same shape.
   * @returns A scalar, the mean over the batch.
   */
  compute(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar;
}
