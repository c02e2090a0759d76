import type { Random } from '../../core/index.js';
import type * as tf from '../../engine/tf.js';
import type { SyntheticOutput } from './classes.js';

/** The float model, with the parts needed to invent inputs for it. */
export interface SourceModel {
  /** Its layers can be observed while `logits` runs. */
  readonly model: tf.LayersModel;
  readonly outputs: readonly SyntheticOutput[];
  /** Inputs, [batch, ...] each -> logits (softmax, sigmoid) or values (linear), one per output. */
  logits(inputs: tf.Tensor[]): tf.Tensor[];
}

/** Loss that invented inputs are optimized for. */
export interface SynthesisLoss {
  /** In words: "inputs were synthesised to ...". */
  readonly describe: string;
  /** Draws the target of a batch; empty where all batches share one. The caller disposes of the tensors. */
  draw(batchSize: number, random: Random): tf.Tensor[];
  /**
   * Computes the distance of a batch from the target.
   *
   * @param inputs  One per model input, [batch, ...].
   * @param drawn   The tensors from `draw`.
   * @returns A scalar, 0 where the target is reached.
   */
  distance(inputs: tf.Tensor[], drawn: tf.Tensor[]): tf.Scalar;
}
