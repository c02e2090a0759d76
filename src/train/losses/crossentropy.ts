import * as tf from '../../engine/tf.js';
import type { TaskLoss } from './loss.js';

/** `-sum(target * log softmax(logits))` over the last dimension. */
export const crossentropy: TaskLoss = {
  name: 'crossentropy',
  compute: (logits, targets) => tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1))),
};
