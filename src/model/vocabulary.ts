import type * as tf from '../engine/tf.js';
import { layerKindOf } from './layers/index.js';

/** Number of different tokens that a layer takes as input; null for one that takes numbers. */
export function vocabularyOf(layer: tf.layers.Layer): number | null {
  const option = layerKindOf(layer.getClassName())?.vocabulary ?? null;
  return option === null ? null : Number(layer.getConfig()[option]);
}
