import type * as tf from '../engine/tf.js';

type BatchNormLayer = tf.layers.Layer & { momentum: number };

/** Whether a model has statistics to estimate. */
export function hasBatchNorm(layers: readonly tf.layers.Layer[]): boolean {
  return layers.some(isBatchNorm);
}

/** A momentum at which the statistics follow the weights within some ten steps. */
const TRAINING_MOMENTUM = 0.9;

/**
 * Lets the moving statistics of a model in training follow its weights.
 *
 * With Keras' usual momentum of 0.99 they lag a few hundred steps behind, and the accuracy after an epoch would tell
 * more of that lag than of the weights.
 */
export function quickenStatistics(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers.filter(isBatchNorm))
    layer.momentum = Math.min(layer.momentum, TRAINING_MOMENTUM);
}

/**
 * Estimates BatchNorm's moving statistics anew, as the plain mean over batches.
 *
 * While weights move the statistics lag behind them; on a 2-bit grid that lag costs accuracy. Averaging is done
 * with the layers' own update: a momentum of k / (k + 1) at batch k makes their moving average the mean.
 *
 * @param forward  Runs the model on the next batch in training mode; false: no batch is left.
 */
export async function estimateStatistics(
  layers: readonly tf.layers.Layer[],
  forward: () => Promise<boolean>,
): Promise<void> {
  const batchNorms = layers.filter(isBatchNorm);
  const dropouts = layers.filter(hasRate);
  const momenta = batchNorms.map((layer) => layer.momentum);
  const rates = dropouts.map((layer) => layer.rate);
  for (const layer of dropouts) layer.rate = 0;
  try {
    for (let batch = 0; ; batch++) {
      for (const layer of batchNorms) layer.momentum = batch / (batch + 1);
      if (!(await forward())) return;
    }
  } finally {
    batchNorms.forEach((layer, index) => {
      layer.momentum = momenta[index]!;
    });
    dropouts.forEach((layer, index) => {
      layer.rate = rates[index]!;
    });
  }
}

function isBatchNorm(layer: tf.layers.Layer): layer is BatchNormLayer {
  return layer.getClassName() === 'BatchNormalization';
}

/** Dropout of any kind: statistics are wanted as prediction sees them. */
function hasRate(layer: tf.layers.Layer): layer is tf.layers.Layer & { rate: number } {
  return 'rate' in layer && typeof layer.rate === 'number';
}
