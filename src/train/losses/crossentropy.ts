import { softmaxCrossEntropy } from '../../engine/softmax-cross-entropy.js';
import * as tf from '../../engine/tf.js';
import type { TaskLoss } from './loss.js';

/** `-sum(target * log softmax(logits))` over the last dimension. */
export const crossentropy: TaskLoss = {
  name: 'crossentropy',
  compute: (logits, targets) => tf.mean(softmaxCrossEntropy(logits, targets)),
};
