import { type BatchNormLayer, isBatchNorm } from '../engine/batch-norm-layer.js';
import type { Engine } from '../engine/engine.js';
import { type AroundCall, aroundCalls } from '../engine/layer-calls.js';
import * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { disableDropout } from '../model/index.js';

/** Whether a model has statistics to estimate. */
export function hasBatchNorm(layers: readonly tf.layers.Layer[]): boolean {
  return layers.some(isBatchNorm);
}

/** The moving statistics of the BatchNorm layers among these, in their order. */
export function statisticsOf(layers: readonly tf.layers.Layer[]): tf.Variable[] {
  return layers
    .filter(isBatchNorm)
    .flatMap(({ movingMean, movingVariance }) => [movingMean, movingVariance].map(variableOf));
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
 * Runs `run` while these layers take their moving statistics in training too, and leave them.
 *
 * A layer that is called several times, as in a siamese network, has the statistics of all its calls afterwards. With
 * those of each call in training it would learn to rely on what it won't have.
 */
export function withOwnStatistics<Result>(shared: readonly BatchNormLayer[], run: () => Result): Result {
  return aroundCalls(shared, (_layer, _inputs, call) => call({ training: false }), run);
}

/**
 * Estimates BatchNorm's moving statistics anew, as the plain mean over batches.
 *
 * While weights move the statistics lag behind them; on a 2-bit grid that lag costs accuracy. With a momentum of 0
 * the layers' own update leaves each batch's statistics, which are averaged here; those of a layer that is called several
 * times are the mean over its calls.
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
  const statistics = statisticsOf(batchNorms);
  const means = statistics.map((variable) => tf.tidy(() => tf.variable(tf.zerosLike(variable), false)));
  const step = engine.compileStep(
    (all) => {
      aroundCalls(batchNorms, averagingCalls(), () => forward(all.slice(0, -1)));
      const share = all.at(-1)!;
      for (const [index, mean] of means.entries())
        mean.assign(tf.add(mean, tf.mul(tf.sub(statistics[index]!, mean), share)));
      return [];
    },
    [...statistics, ...means],
  );
  const momenta = batchNorms.map(({ momentum }) => momentum);
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
    for (const [index, layer] of batchNorms.entries()) layer.momentum = momenta[index]!;
    step.dispose();
    tf.dispose(means);
  }
}

/** Lets a forward pass leave the mean of a layer's calls in its statistics: the first of them forgets what was there. */
function averagingCalls(): AroundCall<BatchNormLayer> {
  const calls = new Map<BatchNormLayer, number>();
  return (layer, _, call) => {
    const before = calls.get(layer) ?? 0;
    calls.set(layer, before + 1);
    layer.momentum = before / (before + 1);
    return call();
  };
}
