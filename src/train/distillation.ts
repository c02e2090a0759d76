import * as tf from '../engine/tf.js';
import type { HeadKind } from './heads.js';
import { binaryCrossentropy } from './losses/binary-crossentropy.js';
import { crossentropy } from './losses/crossentropy.js';
import { mse } from './losses/mse.js';

/**
 * How far the student's answer is from the teacher's: KL(teacher || student), or the squared error of plain values.
 *
 * @param teacher  Logits (softmax, sigmoid) or values (linear), [batch, ...].
 * @param student  Of the same shape.
 * @returns A scalar, the mean over the batch, 0 where they agree.
 * @see Hinton et al. 2015, arXiv:1503.02531, section 2, at temperature 1.
 */
export function distillationLoss(kind: HeadKind, teacher: tf.Tensor, student: tf.Tensor): tf.Scalar {
  if (kind === 'linear') return mse.compute(student, teacher);
  // Cross-entropy less the teacher's own entropy is the divergence.
  const [loss, target] =
    kind === 'softmax' ? [crossentropy, tf.softmax(teacher)] : [binaryCrossentropy, tf.sigmoid(teacher)];
  return tf.sub(loss.compute(student, target), loss.compute(teacher, target));
}
