import type { Random } from '../../core/index.js';
import type * as tf from '../../engine/tf.js';
import type { SyntheticOutput } from './classes.js';

/** The float model, as far as inventing inputs for it goes. */
export interface SourceModel {
  /** Its layers can be watched while `answer` runs. */
  readonly model: tf.LayersModel;
  readonly outputs: readonly SyntheticOutput[];
  /** Inputs, [batch, ...] each -> logits (softmax, sigmoid) or values (linear), one per output. */
  logits(inputs: tf.Tensor[]): tf.Tensor[];
}

/** What invented inputs are moved toward. */
export interface SynthesisLoss {
  /** In words: "inputs were synthesised to ...". */
  readonly describe: string;
  /** What a batch is to reach, where that is drawn anew for each; the caller's to dispose of. */
  draw(batchSize: number, random: Random): tf.Tensor[];
  /**
   * How far a batch is from it.
   *
   * @param inputs  One per model input, [batch, ...].
   * @param drawn   What `draw` gave.
   * @returns A scalar, 0 where it is reached.
   */
  distance(inputs: tf.Tensor[], drawn: tf.Tensor[]): tf.Scalar;
}
