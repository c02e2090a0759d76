import { moveAverage } from './any-batch-norm.js';
import { type BatchNormLayer, isBatchNorm, normalizesLast } from './batch-norm-layer.js';
import { normalizeBatchEmbedded } from './embedded/batch-norm.js';
import { normalizeBatchNative } from './native/batch-norm.js';
import { nestedLayers } from './nested-layers.js';
import type { NormalizeBatch } from './normalized-batch.js';
import * as tf from './tf.js';

/**
 * Makes a model's BatchNormalization layers run as one op each in training, nested and wrapped ones included.
 *
 * tfjs-layers composes them of a dozen ops, the slowest part of an embedded step. Results and moving statistics are
 * the same. Layers that normalize another axis than the last stay as they are, as does inference.
 *
 * @returns A function that undoes it.
 */
export function fuseBatchNorm(model: tf.LayersModel): () => void {
  return fuseLayers(nestedLayers(model).filter(isBatchNorm));
}

/** The same for layers that belong to no model. */
export function fuseLayers(all: readonly BatchNormLayer[]): () => void {
  const normalize = tf.getBackend() === 'tensorflow' ? normalizeBatchNative : normalizeBatchEmbedded;
  const layers = all.filter(isUntouched);
  for (const layer of layers) {
    const stock = layer.call.bind(layer);
    layer.call = (inputs, options) => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const fused = Boolean(options?.training) && isFusable(layer, x);
      return fused ? tf.tidy(() => normalizeLayer(layer, x, normalize)) : stock(inputs, options);
    };
  }
  return () => {
    // Uncovers the prototype's own `call` again.
    for (const layer of layers) Reflect.deleteProperty(layer, 'call');
  };
}

function normalizeLayer(layer: BatchNormLayer, x: tf.Tensor, normalize: NormalizeBatch): tf.Tensor {
  const channels = x.shape.at(-1)!;
  const batch = x.shape[0]!;
  const flat: tf.Tensor4D =
    x.rank === 4 ? (x as tf.Tensor4D) : tf.reshape(x, [batch, x.size / (batch * channels), 1, channels]);
  const gamma = (layer.gamma?.read() ?? tf.ones([channels])) as tf.Tensor1D;
  const beta = (layer.beta?.read() ?? tf.zeros([channels])) as tf.Tensor1D;
  const { normalized, mean, variance } = normalize(flat, gamma, beta, layer.epsilon);
  moveAverage(layer.movingMean, mean, layer.momentum);
  moveAverage(layer.movingVariance, variance, layer.momentum);
  tf.dispose([mean, variance]);
  return x.rank === 4 ? normalized : tf.reshape(normalized, x.shape);
}

function isUntouched(layer: tf.layers.Layer): boolean {
  return !Object.hasOwn(layer, 'call');
}

function isFusable({ axis }: BatchNormLayer, { rank }: tf.Tensor): boolean {
  return rank >= 2 && rank <= 5 && normalizesLast(axis, rank);
}
