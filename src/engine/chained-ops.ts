import * as tf from './tf.js';

type Op = (x: tf.Tensor, ...others: never[]) => tf.Tensor;

/** The methods of a tensor that tfjs-layers calls (the orthogonal initialiser of every recurrent layer, masks). */
const methods = {
  broadcastTo: tf.broadcastTo,
  cast: tf.cast,
  expandDims: tf.expandDims,
  flatten: (x: tf.Tensor) => tf.reshape(x, [x.size]),
  gather: tf.gather,
  greaterEqual: tf.greaterEqual,
  logicalAnd: tf.logicalAnd,
  minimum: tf.minimum,
  pad: tf.pad,
  reshape: tf.reshape,
  sign: tf.sign,
  squeeze: tf.squeeze,
  stridedSlice: tf.stridedSlice,
  transpose: tf.transpose,
} satisfies Readonly<Record<string, Op>>;

/** Gives tensors the methods that tfjs-layers expects; the union package, which we don't load, would add them. */
export function chainOps(): void {
  for (const [name, op] of Object.entries<Op>(methods)) {
    if (name in tf.Tensor.prototype) continue;
    Object.defineProperty(tf.Tensor.prototype, name, {
      value(this: tf.Tensor, ...others: never[]) {
        return op(this, ...others);
      },
      configurable: true,
      writable: true,
    });
  }
}
