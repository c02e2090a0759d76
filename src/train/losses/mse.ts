import * as tf from '../../engine/tf.js';
import type { TaskLoss } from './loss.js';

/** Mean squared error. */
export const mse: TaskLoss = {
  name: 'mse',
  compute: (logits, targets) => tf.mean(tf.square(tf.sub(logits, targets))),
};
