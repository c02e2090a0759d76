import * as tf from './tf.js';

/**
 * A model's outputs, which their taker may dispose of: copies of those that are tensors which others go on to use.
 *
 * @param held  The model's inputs and weights: stock tfjs hands them out as they are where an output is one of them.
 */
export function ownOutputs(outputs: readonly tf.Tensor[], held: readonly tf.Tensor[]): tf.Tensor[] {
  const others = new Set(held);
  return outputs.map((output) => (others.has(output) ? tf.clone(output) : output));
}
