import * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { layersBeforeBatchNorm } from './before-batch-norm.js';
import { outputKernelOf } from './layers/index.js';

/** Largest variance of a dead channel, as a share of the epsilon that BatchNorm adds to it. */
const MIN_VARIANCE = 0.01;

/**
 * Masks that keep dead channels of the float model dead: channels whose BatchNorm has almost no moving
 * variance.
 *
 * With moving statistics BatchNorm multiplies such a channel by `1 / sqrt(epsilon)`, so that Adam, whose steps
 * are all of similar size, would make it the largest of its layer. Its weights have to stay unchanged.
 *
 * @returns For each kernel with dead channels a tensor of 1 and 0 that broadcasts along it; the caller's to dispose of.
 */
export function deadChannelMasks(model: tf.LayersModel): ReadonlyMap<tf.Variable, tf.Tensor> {
  const masks = new Map<tf.Variable, tf.Tensor>();
  for (const { layer, batchNorm } of layersBeforeBatchNorm(model)) {
    const kernel = maskableKernel(layer);
    if (kernel === undefined) continue;
    const variance = variableOf(batchNorm.movingVariance).dataSync();
    const live = Float32Array.from(variance, (value) => (value >= MIN_VARIANCE * batchNorm.epsilon ? 1 : 0));
    if (live.includes(0)) {
      masks.set(kernel.variable, tf.tensor(live, kernel.variable.shape.slice(kernel.firstAxis)));
    }
  }
  return masks;
}

/** A layer's first weight, where it makes the output and its last dimensions are the output channels. */
function maskableKernel(
  layer: tf.layers.Layer,
): { readonly variable: tf.Variable; readonly firstAxis: number } | undefined {
  const output = outputKernelOf(layer.getClassName());
  const [weight] = layer.weights;
  if (output === undefined || weight?.originalName.split('/').at(-1) !== output.kernel) return undefined;
  const variable = variableOf(weight);
  return output.axes.at(-1) === variable.rank - 1 ? { variable, firstAxis: output.axes[0]! } : undefined;
}
