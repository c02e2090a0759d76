import * as tf from '../tf.js';

/**
 * Kernels of two operands that are repeated along dimensions of size 1 or missing ones, whose gradients in stock tfjs
 * don't add up what comes back from the repetitions.
 */
export const broadcast: readonly tf.GradConfig[] = [
  {
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, attrs) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
      const y = dy as tf.Tensor;
      const isLayer = !transposeA && b.size === b.shape.at(-1)! * b.shape.at(-2)!;
      // A batch beside one matrix, as in a layer, is one product instead of one for each sample to be added up.
      const [left, right] = isLayer ? [rowsOf(a), rowsOf(y)] : [a, y];
      const products = {
        a: () => (transposeA ? tf.matMul(b, y, transposeB, true) : tf.matMul(y, b, false, !transposeB)),
        b: () =>
          transposeB ? tf.matMul(right, left, true, transposeA) : tf.matMul(left, right, !transposeA, false),
      };
      return { a: () => sumTo(a.shape, products.a()), b: () => sumTo(b.shape, products.b()) };
    },
  },
  elementwise(tf.Maximum, (dy, a, b) => [
    () => where(tf.greaterEqual(a, b), dy),
    () => where(tf.less(a, b), dy),
  ]),
  elementwise(tf.Minimum, (dy, a, b) => [
    () => where(tf.lessEqual(a, b), dy),
    () => where(tf.greater(a, b), dy),
  ]),
  elementwise(tf.SquaredDifference, (dy, a, b) => {
    const toFirst = (): tf.Tensor => tf.mul(dy, tf.mul(2, tf.sub(a, b)));
    return [toFirst, () => tf.neg(toFirst())];
  }),
];

/** All rows of a batch of matrices as one matrix. */
const rowsOf = (matrices: tf.Tensor): tf.Tensor => tf.reshape(matrices, [-1, matrices.shape.at(-1)!]);

const where = (mask: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.mul(dy, tf.cast(mask, 'float32'));

/** @param gradients  Gives those of both operands at the size of the output. */
function elementwise(
  kernelName: string,
  gradients: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => readonly [() => tf.Tensor, () => tf.Tensor],
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const [toFirst, toSecond] = gradients(dy as tf.Tensor, a, b);
      return { a: () => sumTo(a.shape, toFirst()), b: () => sumTo(b.shape, toSecond()) };
    },
  };
}

/** Adds up values along the dimensions in which an operand of a shape was repeated to be as large. */
function sumTo(shape: readonly number[], values: tf.Tensor): tf.Tensor {
  const more = values.rank - shape.length;
  const axes = [...values.shape.keys()].filter(
    (axis) => axis < more || (shape[axis - more] === 1 && values.shape[axis] !== 1),
  );
  const sum = axes.length === 0 ? values : tf.sum(values, axes);
  return tf.reshape(sum, [...shape]);
}
