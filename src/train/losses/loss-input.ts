import * as tf from '../../engine/tf.js';
import { type HeadKind, logitOf } from '../../metrics/index.js';
import type { LossName } from '../loss-names.js';

/**
 * What a task loss is to be computed on: logits where it takes them, else the output as the model gives it.
 *
 * A loss that is not the usual one for an activation gets the probabilities in the form that it takes.
 */
export function lossInput(loss: LossName, kind: HeadKind, logits: tf.Tensor): tf.Tensor {
  if (kind === 'linear') return logits;
  if (loss === 'crossentropy') return kind === 'softmax' ? logits : tf.logSigmoid(logits);
  if (loss === 'binary-crossentropy') return kind === 'sigmoid' ? logits : logitOf(tf.softmax(logits));
  return kind === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits);
}
