import { nativeBackend } from './native/backend.js';
import * as tf from './tf.js';

/**
 * `-sum(target * log softmax(logits))` over the last dimension, with a gradient to the logits alone.
 *
 * @param logits   [..., classes]
 * @param targets  Shares of the same shape, 0 or more; a row may sum to anything, such as several classes or none.
 * @returns [...]
 */
export function softmaxCrossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  if (tf.getBackend() !== 'tensorflow') return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), -1));
  const rows: [number, number] = [logits.size / logits.shape.at(-1)!, logits.shape.at(-1)!];
  const fused = tf.customGrad((...args) => {
    const [features] = args as tf.Tensor[];
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const shares = tf.reshape(targets, rows);
    const [value, difference] = runOp(features!, shares);
    // The op's own gradient, softmax - targets, holds for rows that sum to 1; it is sum(targets) * softmax - targets.
    const surplus = tf.sub(tf.sum(shares, -1, true), 1);
    save([tf.add(difference!, tf.mul(surplus, tf.add(difference!, shares)))]);
    return {
      value: value!,
      gradFunc: (dy, saved) => tf.mul(tf.expandDims(dy as tf.Tensor, -1), saved[0]!),
    };
  });
  return tf.reshape(fused(tf.reshape(logits, rows)), logits.shape.slice(0, -1));
}

/** TensorFlow's op: the loss of each row, and softmax - labels. */
function runOp(features: tf.Tensor, labels: tf.Tensor): tf.Tensor[] {
  const backend = nativeBackend();
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT };
  return backend.executeMultipleOutputs('SoftmaxCrossEntropyWithLogits', [type], [features, labels], 2);
}
