import type * as tf from '../../engine/tf.js';

/** A layer that makes values of its own and ends with no activation. */
export const noActivation = (): string => 'linear';

/** A layer that hands values on as they are, if in another order. */
export const passedOn = (): null => null;

/** A layer whose option `activation` acts on its output. */
export function ownActivation(layer: tf.layers.Layer): string {
  const { activation } = layer as unknown as { activation?: { getClassName(): string } | null };
  return activation?.getClassName() ?? 'linear';
}

/** A layer that no layer before it can take in. */
export const neverFuses = (): null => null;

/** A layer that may do anything with a factor. */
export const notHomogeneous = (): boolean => false;

/** A layer that multiplies by s what was multiplied by s, whatever its options. */
export const alwaysHomogeneous = (): boolean => true;
