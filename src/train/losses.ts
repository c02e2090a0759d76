import { softmaxCrossEntropy } from '../engine/softmax-cross-entropy.js';
import * as tf from '../engine/tf.js';
import { type HeadKind, logitOf } from '../metrics/index.js';
import type { LossName } from './loss-names.js';

/**
 * A task loss: a scalar, the mean over the batch.
 *
 * @param logits   [batch, ...]: before softmax or sigmoid for the two cross-entropies, else the output itself.
 * @param targets  Of the same shape.
 */
export type TaskLoss = (logits: tf.Tensor, targets: tf.Tensor) => tf.Scalar;

/** `-sum(target * log softmax(logits))` over the last dimension. */
const crossentropy: TaskLoss = (logits, targets) => tf.mean(softmaxCrossEntropy(logits, targets));

/** `-(t log p + (1-t) log(1-p))` with p = sigmoid(logit), in the form that doesn't overflow: `max(z,0) - z t + log(1 + e^-|z|)`. */
const binaryCrossentropy: TaskLoss = (logits, targets) => {
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
  return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tail));
};

/** Mean squared error. */
const mse: TaskLoss = (logits, targets) => tf.mean(tf.square(tf.sub(logits, targets)));

/** Mean absolute error. */
const mae: TaskLoss = (logits, targets) => tf.mean(tf.abs(tf.sub(logits, targets)));

/** Every task loss by its name in loss-names.ts. */
export const losses: Readonly<Record<LossName, TaskLoss>> = {
  crossentropy,
  'binary-crossentropy': binaryCrossentropy,
  mse,
  mae,
};

const DEFAULTS: Readonly<Record<HeadKind, LossName>> = {
  softmax: 'crossentropy',
  sigmoid: 'binary-crossentropy',
  linear: 'mse',
};

/** The loss that goes with a last activation. */
export const defaultLoss = (head: HeadKind): LossName => DEFAULTS[head];

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
