import { type BatchNormLayer, isBatchNorm, normalizesLast } from '../engine/batch-norm-layer.js';
import type * as tf from '../engine/tf.js';

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
    return batchNorm !== undefined && next.every(isOverLast) && isOverLast(batchNorm)
      ? [{ layer, batchNorm }]
      : [];
  });
}

function isOverLast(layer: tf.layers.Layer): layer is BatchNormLayer {
  return isBatchNorm(layer) && normalizesLast(layer.axis, (layer.outputShape as unknown[]).length);
}
