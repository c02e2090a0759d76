import * as tf from '../../engine/tf.js';
import type { TaskLoss } from './loss.js';

/** `-(t log p + (1-t) log(1-p))` with p = sigmoid(logit), in the form that doesn't overflow: `max(z,0) - z t + log(1 + e^-|z|)`. */
export const binaryCrossentropy: TaskLoss = {
  name: 'binary-crossentropy',
  compute: (logits, targets) => {
    const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
    return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tail));
  },
};
