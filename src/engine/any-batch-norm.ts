import { BATCH_NORM, type BatchNormLayer, normalizesLast } from './batch-norm-layer.js';
import * as tf from './tf.js';

type Call = BatchNormLayer['call'];

let supported = false;

/**
 * Lets BatchNorm layers of every kind be run and trained, in all models.
 *
 * The fused operation that tfjs-layers calls has no gradient where gamma or beta is missing or another dimension than
 * the last is normalized, and is not there for volumes.
 */
export function supportAnyBatchNorm(): void {
  if (supported) return;
  supported = true;
  const [registered] = tf.serialization.SerializationMap.getMap().classNameMap[BATCH_NORM]!;
  const prototype = Reflect.get(registered, 'prototype') as { call: Call };
  const stock = prototype.call;
  const call: Call = function (this: BatchNormLayer, inputs, options) {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (isFused(this, x)) return stock.call(this, inputs, options);
    return tf.tidy(() => normalize(this, x, Boolean(options?.training)));
  };
  prototype.call = call;
}

/** Whether the fused operation does all that the layer needs. */
function isFused({ axis, gamma, beta }: BatchNormLayer, { rank }: tf.Tensor): boolean {
  return Boolean(gamma && beta) && rank <= 4 && normalizesLast(axis, rank);
}

function normalize(layer: BatchNormLayer, x: tf.Tensor, training: boolean): tf.Tensor {
  const { gamma, beta, movingMean, movingVariance, epsilon, momentum } = layer;
  const kept = (Number(layer.axis) + x.rank) % x.rank;
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== kept);
  const along = (weight: tf.LayerVariable): tf.Tensor =>
    tf.reshape(
      weight.read(),
      x.shape.map((size, axis) => (axis === kept ? size : 1)),
    );
  const batch = training ? tf.moments(x, others, true) : null;
  const mean = batch?.mean ?? along(movingMean);
  const variance = batch?.variance ?? along(movingVariance);
  if (batch !== null) {
    moveAverage(movingMean, batch.mean, momentum);
    moveAverage(movingVariance, batch.variance, momentum);
  }
  const unit = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = gamma ? tf.mul(unit, along(gamma)) : unit;
  return beta ? tf.add(scaled, along(beta)) : scaled;
}

/** Moves an average of training batches toward the last one's. */
export function moveAverage(average: tf.LayerVariable, value: tf.Tensor, momentum: number): void {
  const before = average.read();
  average.write(tf.sub(before, tf.mul(tf.sub(before, tf.reshape(value, before.shape)), 1 - momentum)));
}
