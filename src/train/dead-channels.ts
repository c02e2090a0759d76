import * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { layersBeforeBatchNorm } from './before-batch-norm.js';

/** Of the epsilon that BatchNorm adds to it: a channel with less variance says nothing. */
const LEAST_VARIANCE = 0.01;

/** Trailing dimensions of a kernel that its output channels lie along. */
const CHANNEL_DIMENSIONS: Readonly<Record<string, number>> = {
  Dense: 1,
  Conv1D: 1,
  Conv2D: 1,
  Conv3D: 1,
  DepthwiseConv2D: 2,
};

/**
 * Masks for the kernels of channels that were dead in the float model: BatchNorm remembers next to no variance of them.
 *
 * On remembered statistics BatchNorm multiplies such a channel by `1 / sqrt(epsilon)`, so that Adam, whose steps are all
 * of one size, makes it the loudest of its layer. It has to stay as it is.
 *
 * @returns For each kernel with dead channels a tensor of 1 and 0 that broadcasts along it; the caller's to dispose of.
 */
export function deadChannelMasks(model: tf.LayersModel): ReadonlyMap<tf.Variable, tf.Tensor> {
  const masks = new Map<tf.Variable, tf.Tensor>();
  for (const { layer, batchNorm } of layersBeforeBatchNorm(model)) {
    const dimensions = CHANNEL_DIMENSIONS[layer.getClassName()];
    const [kernel] = layer.weights;
    if (dimensions === undefined || kernel === undefined) continue;
    const variance = variableOf(batchNorm.movingVariance).dataSync();
    const live = Float32Array.from(variance, (value) =>
      value >= LEAST_VARIANCE * batchNorm.epsilon ? 1 : 0,
    );
    if (live.includes(0)) {
      const shape = variableOf(kernel).shape.slice(-dimensions);
      masks.set(variableOf(kernel), tf.tensor(live, shape));
    }
  }
  return masks;
}
