import * as tf from '../engine/tf.js';
import type { HeadKind, OutputHead } from './output-head.js';

/** A model whose outputs come before their last activation, where that can be taken off. */
export interface OpenHead {
  readonly kind: HeadKind;
  /** Converts the model's output to logits (softmax, sigmoid) or values (linear). */
  toLogits(output: tf.Tensor): tf.Tensor;
}

/** Distance that probabilities keep from 0 and 1 in logarithms. */
export const MIN_PROBABILITY = 1e-7;

/**
 * Runs `run` with the last activation taken off each output where a layer carries it as a property, since the
 * logarithm of a saturated softmax has no gradient; elsewhere logits are computed back from the probabilities.
 *
 * @param run  Gets one head per output.
 */
export function withHeads<Result>(
  outputs: readonly OutputHead[],
  run: (heads: readonly OpenHead[]) => Result,
): Result {
  const restore: (() => void)[] = [];
  const heads = outputs.map(({ kind, logits, layer }): OpenHead => {
    if (kind === 'linear' || logits) return { kind, toLogits: (output) => output };
    if (layer !== null && carriesActivation(layer) && usedOnce(layer)) {
      const own = layer.activation;
      layer.activation = linear();
      restore.push(() => {
        layer.activation = own;
      });
      return { kind, toLogits: (output) => output };
    }
    return { kind, toLogits: kind === 'softmax' ? logOf : logitOf };
  });
  try {
    return run(heads);
  } finally {
    for (const undo of restore) undo();
  }
}

type WithActivation = tf.layers.Layer & { activation: unknown };

function carriesActivation(layer: tf.layers.Layer): layer is WithActivation {
  return 'activation' in layer && layer.activation != null && typeof layer.activation === 'object';
}

function usedOnce(layer: tf.layers.Layer): boolean {
  return layer.inboundNodes.length === 1 && layer.outboundNodes.length === 0;
}

function linear(): unknown {
  return (tf.layers.activation({ activation: 'linear' }) as unknown as WithActivation).activation;
}

const logOf = (p: tf.Tensor): tf.Tensor => tf.log(tf.clipByValue(p, MIN_PROBABILITY, 1));

/** The logit of a probability; both ends are kept off 0 and 1. */
export const logitOf = (p: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const inside = tf.clipByValue(p, MIN_PROBABILITY, 1 - MIN_PROBABILITY);
    return tf.sub(tf.log(inside), tf.log(tf.sub(1, inside)));
  });
