import * as tf from '../tf.js';
import { indicesOf, none } from './places.js';

/** Kernels that add up or multiply values by groups. */
export const sums: readonly tf.GradConfig[] = [
  {
    kernelName: tf.Bincount,
    inputsToSave: ['x', 'weights'],
    gradFunc: (dy, [x, weights], { size }) => binGradients(dy as tf.Tensor, x!, weights!, size as number),
  },
  {
    kernelName: tf.DenseBincount,
    inputsToSave: ['x', 'weights'],
    gradFunc: (dy, [x, weights], { size, binaryOutput }) => {
      const gradients = binGradients(dy as tf.Tensor, x!, weights!, size as number);
      return binaryOutput ? { ...gradients, weights: none(weights!) } : gradients;
    },
  },
  { ...segments(tf.SparseSegmentSum, (dy) => dy) },
  {
    ...segments(tf.SparseSegmentMean, (dy, ids) => {
      const counts = tf.unsortedSegmentSum(tf.onesLike(tf.cast(ids, 'float32')), ids, dy.shape[0]!);
      return tf.div(dy, tf.reshape(tf.maximum(counts, 1), [-1, ...dy.shape.slice(1).map(() => 1)]));
    }),
  },
  {
    kernelName: tf.Cumprod,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, products], attrs) => {
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumprodAttrs;
      return {
        // Not for a factor of 0, where TensorFlow has 0 too.
        x: () => tf.divNoNan(tf.cumsum(tf.mul(dy as tf.Tensor, products!), axis, exclusive, !reverse), x!),
      };
    },
  },
];

/** Each value goes into the bin of its row that `x` names, if there is one. */
function binGradients(dy: tf.Tensor, x: tf.Tensor, weights: tf.Tensor, size: number) {
  return {
    x: none(x),
    weights: () => {
      if (weights.size === 0) return tf.zeros(weights.shape);
      const inside = tf.logicalAnd(tf.greaterEqual(x, 0), tf.less(x, size));
      const starts = tf.mul(indicesOf([...x.shape.slice(0, -1), 1]), tf.scalar(size, 'int32'));
      const places = tf.add(starts, tf.where(inside, x, tf.zerosLike(x)));
      const taken = tf.gather(tf.reshape(dy, [-1]), tf.reshape(places, [-1]));
      return tf.mul(tf.reshape(taken, x.shape), tf.cast(inside, 'float32'));
    },
  };
}

/** The gradient of rows of `data` that are added up by segment: that of a segment, brought to its rows by `share`. */
function segments(kernelName: string, share: (dy: tf.Tensor, ids: tf.Tensor1D) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['data', 'indices', 'segmentIds'],
    gradFunc: (dy, saved) => {
      const [data, indices, ids] = saved as [tf.Tensor, tf.Tensor1D, tf.Tensor1D];
      return {
        data: () =>
          tf.unsortedSegmentSum(tf.gather(share(dy as tf.Tensor, ids), ids), indices, data.shape[0]!),
        indices: none(indices),
        segmentIds: none(ids),
      };
    },
  };
}
