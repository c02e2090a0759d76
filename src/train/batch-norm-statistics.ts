import { isBatchNorm } from '../engine/batch-norm-layer.js';
import type { Engine } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { disableDropout } from '../model/index.js';

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
export function lowerBatchNormMomentum(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers.filter(isBatchNorm))
    layer.momentum = Math.min(layer.momentum, TRAINING_MOMENTUM);
}

/**
 * Makes training mode free of side effects: BatchNorm uses the batch's statistics but keeps its averages, and
 * dropout is off.
 */
export function leaveNoTrace(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers.filter(isBatchNorm)) layer.momentum = 1;
  disableDropout(layers);
}

/**
 * Estimates BatchNorm's moving statistics anew, as the plain mean over batches.
 *
 * While weights move the statistics lag behind them; on a 2-bit grid that lag costs accuracy. With a momentum of 0
 * the layers' own update leaves each batch's statistics, which are averaged here.
 *
 * @param forward  Runs the model in training mode, without dropout.
 * @param next     The next batch's input tensors, which are disposed of here; null: no batch is left.
 */
export async function recalibrateBatchNorm(
  engine: Engine,
  layers: readonly tf.layers.Layer[],
  forward: (inputs: tf.Tensor[]) => void,
  next: () => Promise<tf.Tensor[] | null>,
): Promise<void> {
  const batchNorms = layers.filter(isBatchNorm);
  const statistics = batchNorms.flatMap(({ movingMean, movingVariance }) =>
    [movingMean, movingVariance].map(variableOf),
  );
  const means = statistics.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
  const step = engine.compileStep(
    (all) => {
      forward(all.slice(0, -1));
      const share = all.at(-1)!;
      for (const [index, mean] of means.entries())
        mean.assign(tf.add(mean, tf.mul(tf.sub(statistics[index]!, mean), share)));
      return [];
    },
    [...statistics, ...means],
  );
  const restore = withoutMemory(layers);
  let batches = 0;
  try {
    for (let inputs = await next(); inputs !== null; inputs = await next()) {
      batches++;
      const all = [...inputs, tf.scalar(1 / batches)];
      step.run(all);
      tf.dispose(all);
    }
    if (batches > 0) for (const [index, mean] of means.entries()) statistics[index]!.assign(mean);
  } finally {
    restore();
    step.dispose();
    tf.dispose(means);
  }
}

/** Sets the momentum to 0, so that the statistics are the last batch's; returns a function that undoes it. */
function withoutMemory(layers: readonly tf.layers.Layer[]): () => void {
  const batchNorms = layers.filter(isBatchNorm).map((layer) => ({ layer, momentum: layer.momentum }));
  for (const { layer } of batchNorms) layer.momentum = 0;
  return () => {
    for (const { layer, momentum } of batchNorms) layer.momentum = momentum;
  };
}
