import { subsample } from '../spacing.js';
import * as tf from '../tf.js';
import { type ConvolutionAttrs, frameGradient, frameInput, layOutWindows } from './windows.js';

/**
 * The gradient of a conv2d's filter, as one convolution of input and output gradient with the batch summed over.
 *
 * A window's stride and dilation change places: `dW[k] = sum_o x[o * stride + k * dilation] * dy[o]`.
 *
 * @param x   [batch, rows, columns, in]
 * @param dy  [batch, output rows, output columns, out]
 * @returns [filter rows, filter columns, in, out]
 */
export function conv2dFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor4D {
  const windows = layOutWindows(x.shape, filterShape, attrs, 'full');
  const framed = frameInput(x, windows);
  const [rows, columns, input, output] = filterShape as [number, number, number, number];
  if (rows === 1 && columns === 1) {
    const pixels = tf.reshape(subsample(framed, windows.strides), [-1, input]);
    return tf.reshape(tf.matMul(pixels, tf.reshape(dy, [-1, output]), true), [rows, columns, input, output]);
  }
  const gradient = tf.conv2d(
    tf.transpose(framed, [3, 1, 2, 0]),
    tf.transpose(dy, [1, 2, 0, 3]),
    [...windows.dilations],
    'valid',
    'NHWC',
    [...windows.strides],
  ); // [in, filter rows, filter columns, out]
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/**
 * The gradient of a conv2d's input, as a convolution of the output's gradient with the filter turned round.
 *
 * @param dy      [batch, output rows, output columns, out]
 * @param filter  [filter rows, filter columns, in, out]
 * @returns [batch, rows, columns, in]
 */
export function conv2dInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  inputShape: readonly number[],
  attrs: ConvolutionAttrs,
): tf.Tensor4D {
  const windows = layOutWindows(inputShape, filter.shape, attrs, 'full');
  const rotated180 = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(frameGradient(dy, windows), rotated180, 1, 'valid', 'NHWC', [...windows.dilations]);
}
