import * as tf from '../engine/tf.js';
import type { HeadKind } from '../metrics/index.js';
import { losses, type RowLoss } from './losses.js';

/**
 * How far the student's prediction of every row is from the teacher's: `T^2 KL(teacher / T || student / T)`, or the
 * squared error of plain values.
 *
 * @param teacher      Logits (softmax, sigmoid) or values (linear), [batch, ..., columns].
 * @param student      The student's, of the same shape.
 * @param unit         Unit of the squared error, as `RowLoss` takes it.
 * @param temperature  T, by which logits are divided; above 1 the classes that the teacher nearly chose count too.
 * @returns [batch, ...], 0 where they agree; its gradient is of one size whatever T is.
 * @see Hinton et al. 2015, arXiv:1503.02531, section 2.
 */
export function distillationLoss(
  kind: HeadKind,
  { teacher, student }: { readonly teacher: tf.Tensor; readonly student: tf.Tensor },
  unit: Parameters<RowLoss>[2],
  temperature: number,
): tf.Tensor {
  if (kind === 'linear') return losses.mse(student, teacher, unit);
  const loss = losses[kind === 'softmax' ? 'crossentropy' : 'binary-crossentropy'];
  const [theirs, ours] = [tf.div(teacher, temperature), tf.div(student, temperature)];
  const target = kind === 'softmax' ? tf.softmax(theirs) : tf.sigmoid(theirs);
  // Cross-entropy less the teacher's own entropy is the divergence.
  const divergence = tf.sub(loss(ours, target, 1), loss(theirs, target, 1));
  return tf.mul(divergence, temperature ** 2);
}
