import type { NormalizeBatch } from '../normalized-batch.js';
import * as tf from '../tf.js';

/**
 * BatchNorm in training from a handful of ops, with its gradient written out.
 *
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.
 */
export const normalizeBatchEmbedded: NormalizeBatch = (x, gamma, beta, epsilon) => {
  let mean: tf.Tensor1D | undefined;
  let variance: tf.Tensor1D | undefined;
  const normalize = tf.customGrad((...args) => {
    const [input, scale, shift] = args as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    mean = tf.keep(channelMean(input));
    const centred = tf.sub(input, mean);
    variance = tf.keep(channelMean(tf.square(centred)));
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const unit = tf.mul(centred, inverse);
    save([unit, inverse, scale]);
    return {
      value: tf.add(tf.mul(unit, scale), shift),
      gradFunc: (dy, saved) =>
        inputGradients(dy as tf.Tensor4D, saved as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D]),
    };
  });
  // One row of positions, which pooling takes the mean of at once.
  const [batch, height, width, channels] = x.shape;
  const flat = tf.reshape(x, [batch, height * width, 1, channels]);
  const normalized: tf.Tensor4D = tf.reshape(normalize(flat, gamma, beta), x.shape);
  return { normalized, mean: mean!, variance: variance! };
};

/** Gradients of x, gamma and beta. */
function inputGradients(
  dy: tf.Tensor4D,
  [unit, inverse, scale]: [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D],
): tf.Tensor[] {
  const count = dy.size / scale.size;
  const meanShift = channelMean(dy);
  const meanScale = channelMean(tf.mul(dy, unit));
  const pulled = tf.sub(tf.sub(dy, meanShift), tf.mul(unit, meanScale));
  return [tf.mul(pulled, tf.mul(scale, inverse)), tf.mul(meanScale, count), tf.mul(meanShift, count)];
}

/** The mean over all but the channels of [batch, positions, 1, channels]: pooled by image first, which XNNPACK does. */
function channelMean(x: tf.Tensor): tf.Tensor1D {
  const perImage = tf.avgPool(x as tf.Tensor4D, [x.shape[1]!, 1], 1, 'valid'); // [batch, 1, 1, channels]
  return tf.mean(perImage, [0, 1, 2]);
}
