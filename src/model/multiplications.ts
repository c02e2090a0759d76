import type * as tf from '../engine/tf.js';
import { type LayerCall, unfoldModel } from './call-graph.js';
import { layerKindOf } from './layers/index.js';
import { roleOfWeight } from './weight-roles.js';

/**
 * Counts the multiplications of kernels and activations that one sample takes, in dense layers and convolutions.
 *
 * @returns null where a size is left open.
 */
export function countMultiplications(model: tf.LayersModel): number | null {
  const counts = unfoldModel(model).calls.map(multiplicationsOf);
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/** 0 for a layer that isn't counted, null where a size is left open. */
function multiplicationsOf({ layer, inputShape, outputShape }: LayerCall): number | null {
  const side = layerKindOf(layer.getClassName())?.multipliesAt ?? null;
  if (side === null) return 0;
  const positions = positionsOf(side === 'input' ? inputShape : outputShape, layer);
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
