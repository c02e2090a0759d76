import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import * as tf from '../engine/tf.js';
import { type HeadKind, type LossName, logitOf } from '../metrics/index.js';

/**
 * A loss of every row: the last dimension is summed or averaged away.
 *
 * @param logits   [batch, ...]: before softmax or sigmoid for the two cross-entropies, else the output itself.
 * @param targets  Targets of the same shape.
 * @param unit     [columns], or one for all: the squared unit of value errors; the cross-entropies ignore it.
 */
export type RowLoss = (logits: tf.Tensor, targets: tf.Tensor, unit: tf.Tensor | number) => tf.Tensor;

/** `-sum(target * log softmax(logits))`. */
const crossentropy: RowLoss = (logits, targets) => softmaxCrossEntropy(logits, targets);

/** `-(t log p + (1-t) log(1-p))` with p = sigmoid(logit), in the form that doesn't overflow: `max(z,0) - z t + log(1 + e^-|z|)`. */
const binaryCrossentropy: RowLoss = (logits, targets) => {
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tail), -1);
};

/** Mean squared error. */
const mse: RowLoss = (logits, targets, unit) => tf.mean(tf.div(tf.square(tf.sub(logits, targets)), unit), -1);

/** Mean absolute error. */
const mae: RowLoss = (logits, targets, unit) =>
  tf.mean(tf.div(tf.abs(tf.sub(logits, targets)), tf.sqrt(unit)), -1);

/** Every task loss by its name. */
export const losses: Readonly<Record<LossName, RowLoss>> = {
  crossentropy,
  'binary-crossentropy': binaryCrossentropy,
  mse,
  mae,
};

/**
 * The mean of row losses; 0 where no row counts.
 *
 * @param rows  [batch, ...]
 * @param mask  The same shape, 1 for rows that count and 0 for others; null: all count.
 */
export function meanOverRows(rows: tf.Tensor, mask: tf.Tensor | null): tf.Scalar {
  if (mask === null) return tf.mean(rows);
  // tf.divNoNan has no gradient.
  return tf.div(tf.sum(tf.mul(rows, mask)), tf.maximum(tf.sum(mask), 1));
}

/**
 * The tensor that a task loss is computed on: logits where it takes them, else the output as the model gives it.
 *
 * A loss that is not the usual one for an activation gets the probabilities in the form that it takes.
 */
export function lossInput(loss: LossName, kind: HeadKind, logits: tf.Tensor): tf.Tensor {
  if (kind === 'linear') return logits;
  if (loss === 'crossentropy') return kind === 'softmax' ? logits : tf.logSigmoid(logits);
  if (loss === 'binary-crossentropy') return kind === 'sigmoid' ? logits : logitOf(tf.softmax(logits));
  return kind === 'softmax' ? tf.softmax(logits) : tf.sigmoid(logits);
}
