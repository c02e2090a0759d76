import * as tf from '../engine/tf.js';
import type { Predict } from '../metrics/index.js';
import type { BatchDemand } from '../model/index.js';
import { inBatchesOf } from './batches-of-one-size.js';

/** How a model is run: some have to be awaited, some take batches of one size alone. */
export interface ForwardPass {
  /** Runs a batch of the demanded size at once; null: the model has to be awaited. */
  readonly step: ((inputs: tf.Tensor[]) => tf.Tensor[]) | null;
  /** Number of samples that it demands in a batch; null: any. */
  readonly batch: BatchDemand;
  /** Runs a batch of any size. */
  readonly predict: Predict;
}

/** The forward pass of a model that need not be awaited. */
export function forwardOf<Step extends NonNullable<ForwardPass['step']>>(
  step: Step,
  batch: BatchDemand = null,
): ForwardPass & { readonly step: Step } {
  const run: Predict = async (inputs) => tf.tidy(() => step(inputs));
  return { step, batch, predict: batch === null ? run : inBatchesOf(batch, run) };
}
