import * as tf from '../engine/tf.js';
import type { HeadKind } from '../metrics/index.js';
import { meanOverRows } from './losses.js';

/** Least energy of the teacher's logits, so that a teacher with all logits 0 causes no division by 0. */
const MIN_ENERGY = 1e-12;

/**
 * Computes the distance of the student's logits from the teacher's: squared error over the teacher's sum of
 * squares, for softmax after subtracting each row's mean.
 *
 * Distillation becomes this at a high temperature: it compares how the models weigh all classes. On synthesised
 * inputs that tells more than the predictions, which are often certain.
 *
 * @param teacher  Logits (softmax, sigmoid), [batch, ...].
 * @param student  The student's, of the same shape.
 * @param mask     Mask of the rows, as `meanOverRows` takes it.
 * @returns A scalar, 0 where they agree, 1 for a student whose logits are all 0.
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
