import type * as tf from '../engine/tf.js';
import { type LayerCall, unfoldModel } from './call-graph.js';
import { roleOfWeight } from './weight-roles.js';

/** Layers that use each weight of their kernels once a position. */
const COUNTED = /^(Dense|(Separable|Depthwise)?Conv[123]D(Transpose)?)$/;

/**
 * Counts the multiplications of kernels and activations that one sample takes, in dense layers and convolutions.
 *
 * @returns null where a size is left open.
 */
export function countMultiplications(model: tf.LayersModel): number | null {
  const counts = unfoldModel(model)
    .calls.filter(({ layer }) => COUNTED.test(layer.getClassName()))
    .map(multiplicationsOf);
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

function multiplicationsOf({ layer, inputShape, outputShape }: LayerCall): number | null {
  const transposed = layer.getClassName().endsWith('Transpose');
  const positions = positionsOf(transposed ? inputShape : outputShape, layer);
  const kernels = layer.weights.filter(
    ({ originalName, shape, dtype }) =>
      roleOfWeight(layer.getClassName(), originalName, shape as number[], dtype).role === 'kernel',
  );
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  const weights = kernels.reduce((sum, { shape }) => sum + product(shape as number[]), 0);
  return positions === null ? null : positions * weights;
}

/** Positions of a layer's output: all its dimensions but batch and channels. */
function positionsOf(shape: tf.Shape, layer: tf.layers.Layer): number | null {
  const { dataFormat } = layer as unknown as { readonly dataFormat?: unknown };
  const sizes = dataFormat === 'channelsFirst' ? shape.slice(2) : shape.slice(1, -1);
  return sizes.reduce<number | null>(
    (product, size) => (product === null || size === null ? null : product * size),
    1,
  );
}
