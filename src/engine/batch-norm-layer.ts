import type * as tf from './tf.js';

/** The class name of tfjs's BatchNorm layer, in a topology and of a layer. */
export const BATCH_NORM = 'BatchNormalization';

/** A BatchNorm layer of a running model. */
export type BatchNormLayer = tf.layers.Layer & {
  readonly axis: number | [number];
  readonly epsilon: number;
  /** Share of the moving statistics that a training step keeps, 0-1. */
  momentum: number;
  /** Missing where it doesn't scale. */
  readonly gamma?: tf.LayerVariable;
  /** Missing where it adds no offset. */
  readonly beta?: tf.LayerVariable;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
};

/** Whether a layer is tfjs's BatchNorm. */
export function isBatchNorm(layer: tf.layers.Layer): layer is BatchNormLayer {
  return layer.getClassName() === BATCH_NORM;
}

/**
 * Whether BatchNorm along `axis` normalizes the channels of a tensor whose last dimension they are.
 *
 * @param axis  As a layer or a topology has it; Keras writes a number or a list of one.
 * @param rank  Dimensions of the tensor, the batch included; null: unknown.
 */
export function normalizesLast(axis: unknown, rank: number | null): boolean {
  const kept = Number(axis);
  return kept === -1 || (rank !== null && kept === rank - 1);
}
