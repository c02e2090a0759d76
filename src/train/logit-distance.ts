import * as tf from '../engine/tf.js';
import type { HeadKind } from '../metrics/index.js';
import { meanOverRows } from './losses.js';

/** Where every logit of the teacher's is 0. */
const MIN_ENERGY = 1e-12;

/**
 * How far the student's logits are from the teacher's, in units of these: the squared error over the squares, a softmax's
 * logits each less their mean.
 *
 * It is what distillation becomes at a high temperature, and asks of every input how the model weighs all its classes.
 * For a synthesised input that is more than the prediction tells, which is often certain.
 *
 * @param teacher  Logits (softmax, sigmoid), [batch, ...].
 * @param student  Of the same shape.
 * @param mask     Of the rows, as `meanOverRows` takes it.
 * @returns A scalar, 0 where they agree, 1 for a student without any.
 * @see Hinton et al. 2015, arXiv:1503.02531, section 2.1.
 */
export function logitDistance(
  kind: HeadKind,
  { teacher, student }: { readonly teacher: tf.Tensor; readonly student: tf.Tensor },
  mask: tf.Tensor | null,
): tf.Scalar {
  const weighed = (logits: tf.Tensor) =>
    kind === 'softmax' ? tf.sub(logits, tf.mean(logits, -1, true)) : logits;
  const wanted = weighed(teacher);
  const energyOf = (values: tf.Tensor) => meanOverRows(tf.mean(tf.square(values), -1), mask);
  return tf.div(energyOf(tf.sub(weighed(student), wanted)), tf.add(energyOf(wanted), MIN_ENERGY));
}
