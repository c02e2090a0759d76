import * as tf from '../tf.js';

/** Adds values to zeros of a shape, each at its index among all elements; an index of -1 leaves it out. */
export function addAt(values: tf.Tensor, places: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const sums = tf.unsortedSegmentSum(tf.reshape(values, [-1]), tf.reshape(places, [-1]), size);
  return tf.reshape(sums, [...shape]);
}

/** The index of every element of a shape, as its value. */
export function indicesOf(shape: readonly number[]): tf.Tensor {
  return tf.reshape(tf.range(0, tf.util.sizeFromShape([...shape]), 1, 'int32'), [...shape]);
}

/** A gradient of 0, for an input that the output doesn't change with: indices. */
export const none = (input: tf.Tensor) => (): tf.Tensor => tf.zeros(input.shape);
