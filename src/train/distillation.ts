import * as tf from '../engine/tf.js';
import type { HeadKind } from '../metrics/index.js';
import { defaultLoss, losses } from './losses.js';

/**
 * How far the student's answer is from the teacher's: `T^2 KL(teacher / T || student / T)`, or the squared error of
 * plain values.
 *
 * @param teacher      Logits (softmax, sigmoid) or values (linear), [batch, ...].
 * @param student      Of the same shape.
 * @param temperature  T, by which logits are divided; above 1 the classes that the teacher nearly chose count too.
 * @returns A scalar, the mean over the batch, 0 where they agree; its gradient is of one size whatever T is.
 * @see Hinton et al. 2015, arXiv:1503.02531, section 2.
 */
export function distillationLoss(
  kind: HeadKind,
  teacher: tf.Tensor,
  student: tf.Tensor,
  temperature: number,
): tf.Scalar {
  if (kind === 'linear') return losses.mse(student, teacher);
  const loss = losses[defaultLoss(kind)];
  const [theirs, ours] = [tf.div(teacher, temperature), tf.div(student, temperature)];
  const target = kind === 'softmax' ? tf.softmax(theirs) : tf.sigmoid(theirs);
  // Cross-entropy less the teacher's own entropy is the divergence.
  const divergence = tf.sub(loss(ours, target), loss(theirs, target));
  return tf.mul(divergence, temperature ** 2);
}
