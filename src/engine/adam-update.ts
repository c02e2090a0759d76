import { currentRecording } from './native/recorded/recording.js';
import * as tf from './tf.js';

/** Decay of the two moments. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;

/** Adam's state for one variable: the variable and its two moments. */
export interface AdamState {
  readonly variable: tf.Variable;
  /** Mean of the gradient, of the variable's shape. */
  readonly first: tf.Variable;
  /** Mean of its square. */
  readonly second: tf.Variable;
  /** By which its steps are multiplied, broadcast along it; undefined: by 1. */
  readonly unit?: tf.Tensor | undefined;
}

/**
 * Moves a variable against its gradient: `w -= rate * m / (sqrt(v) + epsilon)`, with the moments m and v moved first.
 *
 * In a recorded step it is TensorFlow's own ResourceApplyAdam, which has one rate for all values.
 *
 * @param rate     A scalar, with the bias correction taken in.
 * @param epsilon  A scalar.
 * @see Kingma and Ba 2015, arXiv:1412.6980, algorithm 1.
 */
export function adamUpdate(
  { variable, first, second, unit }: AdamState,
  gradient: tf.Tensor,
  rate: tf.Scalar,
  epsilon: tf.Scalar,
): void {
  const eager = (): void => {
    const m = tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1));
    const v = tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
    first.assign(m);
    second.assign(v);
    const rates = unit === undefined ? rate : tf.mul(rate, unit);
    variable.assign(tf.sub(variable, tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), rates)));
  };
  if (unit !== undefined) {
    eager();
    return;
  }
  // Powers of beta of 0 leave the correction to `rate`.
  const zero = tf.scalar(0);
  const inputs = [zero, zero, rate, tf.scalar(BETA1), tf.scalar(BETA2), epsilon, gradient];
  const recorded = currentRecording()?.update('ResourceApplyAdam', [variable, first, second], inputs, eager);
  if (!recorded) eager();
}
