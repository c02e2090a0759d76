import * as tf from '../../engine/tf.js';
import type { TaskLoss } from './loss.js';

/** Mean absolute error. */
export const mae: TaskLoss = {
  name: 'mae',
  compute: (logits, targets) => tf.mean(tf.abs(tf.sub(logits, targets))),
};
