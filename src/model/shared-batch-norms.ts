import { type BatchNormLayer, isBatchNorm } from '../engine/batch-norm-layer.js';
import type * as tf from '../engine/tf.js';
import { unfoldModel } from './call-graph.js';

/** The BatchNorm layers that a model calls more than once, those of a model that is called more than once too. */
export function sharedBatchNorms(model: tf.LayersModel): BatchNormLayer[] {
  const called = unfoldModel(model)
    .calls.map(({ layer }) => layer)
    .filter(isBatchNorm);
  return [...new Set(called.filter((layer, index) => called.indexOf(layer) !== index))];
}
