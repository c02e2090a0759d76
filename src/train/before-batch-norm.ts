import type * as tf from '../engine/tf.js';

/** A BatchNorm layer over the last dimension. */
export type BatchNormLayer = tf.layers.Layer & {
  readonly axis: number | [number];
  readonly epsilon: number;
  readonly movingVariance: tf.LayerVariable;
  /** null where it doesn't scale. */
  readonly gamma: tf.LayerVariable | null;
};

/** Layers whose every output goes to BatchNorm and nowhere else, with the first that it goes to. */
export function layersBeforeBatchNorm(
  model: tf.LayersModel,
): { layer: tf.layers.Layer; batchNorm: BatchNormLayer }[] {
  const outputs = new Set(model.outputs.map(({ sourceLayer }) => sourceLayer));
  return model.layers.flatMap((layer) => {
    const { inboundNodes, outboundNodes } = layer;
    if (outputs.has(layer) || inboundNodes.length !== 1) return [];
    const next = outboundNodes.map(({ outboundLayer }) => outboundLayer);
    const [batchNorm] = next;
    return batchNorm !== undefined && next.every(normalizesLast) && normalizesLast(batchNorm)
      ? [{ layer, batchNorm }]
      : [];
  });
}

function normalizesLast(layer: tf.layers.Layer): layer is BatchNormLayer {
  if (layer.getClassName() !== 'BatchNormalization') return false;
  const { axis } = layer as BatchNormLayer;
  const { outputShape } = layer;
  return Number(axis) === -1 || Number(axis) === (outputShape as unknown[]).length - 1;
}
