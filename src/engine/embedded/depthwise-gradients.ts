import * as tf from '../tf.js';
import { type ConvolutionAttrs, frameGradient, frameInput, layOutWindows } from './windows.js';

/**
 * The gradient of a depthwise filter, as one depthwise convolution whose channels are all pairs of image and channel.
 *
 * @param x   [batch, rows, columns, channels]
 * @param dy  [batch, output rows, output columns, channels * multiplier]
 * @returns [filter rows, filter columns, channels, multiplier]
 */
export function depthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor4D {
  const windows = layOutWindows(x.shape, filterShape, attrs, 'depthwise');
  const [rows, columns, channels, multiplier] = filterShape as [number, number, number, number];
  const framed = frameInput(x, windows);
  const batch = x.shape[0];
  const pairs = batch * channels;
  const images = tf.reshape(tf.transpose(framed, [1, 2, 0, 3]), [1, framed.shape[1], framed.shape[2], pairs]);
  const filter = tf.reshape(tf.transpose(dy, [1, 2, 0, 3]), [dy.shape[1], dy.shape[2], pairs, multiplier]);
  const perImage = tf.depthwiseConv2d(
    images as tf.Tensor4D,
    filter as tf.Tensor4D,
    [...windows.dilations],
    'valid',
    'NHWC',
    [...windows.strides],
  ); // [1, filter rows, filter columns, pairs * multiplier]
  const sum = tf.sum(tf.reshape(perImage, [rows * columns, batch, channels * multiplier]), 1);
  return tf.reshape(sum, [rows, columns, channels, multiplier]);
}

/**
 * The gradient of a depthwise convolution's input.
 *
 * @param dy      [batch, output rows, output columns, channels * multiplier]
 * @param filter  [filter rows, filter columns, channels, multiplier]
 * @returns [batch, rows, columns, channels]
 */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  inputShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor4D {
  const windows = layOutWindows(inputShape, filter.shape, attrs, 'depthwise');
  const [rows, columns, channels, multiplier] = filter.shape;
  const rotated180 = tf.reshape(tf.reverse(filter, [0, 1]), [rows, columns, channels * multiplier, 1]);
  const perFilter = tf.depthwiseConv2d(
    frameGradient(dy, windows),
    rotated180 as tf.Tensor4D,
    1,
    'valid',
    'NHWC',
    [...windows.dilations],
  );
  if (multiplier === 1) return perFilter;
  const [batch, height, width] = perFilter.shape;
  return tf.sum(tf.reshape(perFilter, [batch, height, width, channels, multiplier]), 4);
}
