import * as tf from '../engine/tf.js';

/** Activations that hide noise where they are saturated: behind one an error of the values before it hardly shows. */
const SQUASHING = ['softmax', 'sigmoid', 'hardSigmoid'];

/** The part of a layer's class that applies an activation. */
interface Activated {
  activation: { getClassName(): string };
}

/** Whether a layer ends in an activation of its own that hides noise. */
export function squashes(layer: tf.layers.Layer): layer is tf.layers.Layer & Activated {
  // A recurrent layer has its activation in its cell, within its steps.
  const activation: unknown = Object.getOwnPropertyDescriptor(layer, 'activation')?.value;
  return activation instanceof tf.serialization.Serializable && SQUASHING.includes(activation.getClassName());
}

/** Calls a layer without its activation, where that hides noise. */
export function unsquashed<Result>(layer: tf.layers.Layer, call: () => Result): Result {
  if (!squashes(layer)) return call();
  const { activation } = layer;
  layer.activation = linear();
  try {
    return call();
  } finally {
    layer.activation = activation;
  }
}

/** An activation that changes nothing. */
function linear(): Activated['activation'] {
  const layer: unknown = tf.layers.activation({ activation: 'linear' });
  return (layer as Activated).activation;
}
