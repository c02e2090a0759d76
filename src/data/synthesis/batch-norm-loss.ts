import { type BatchNormLayer, isBatchNorm, normalizesLast } from '../../engine/batch-norm-layer.js';
import { aroundCalls } from '../../engine/layer-calls.js';
import { nestedLayers } from '../../engine/nested-layers.js';
import * as tf from '../../engine/tf.js';
import type { SourceModel, SynthesisLoss } from './synthesis-loss.js';

const MIN_VARIANCE = 1e-4;

/**
 * Makes the loss that is 0 where every BatchNorm layer sees its moving mean and deviation: the distance is the
 * mean over layers and channels of `((mean - mu) / sigma)^2 + log(deviation / sigma)^2`.
 *
 * @returns null for a model without such layers.
 * @see ZeroQ, Cai et al. 2020, arXiv:2001.00281, eq. 3.
 */
export function batchNormLoss({ model, logits }: SourceModel): SynthesisLoss | null {
  const layers = nestedLayers(model).filter(remembersLastAxis);
  if (layers.length === 0) return null;
  return {
    describe: `match what ${layers.length} BatchNorm layers remember`,
    draw: () => [],
    distance: (inputs) => {
      const terms: tf.Tensor[] = [];
      aroundCalls(
        layers,
        (layer, [input], call) => {
          // Layers run in a tidy of their own.
          terms.push(tf.keep(distanceAt(layer, input!)));
          return call();
        },
        () => logits(inputs),
      );
      const mean = tf.mean(tf.stack(terms)) as tf.Scalar;
      tf.dispose(terms);
      return mean;
    },
  };
}

function distanceAt({ movingMean, movingVariance }: BatchNormLayer, input: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(
    input,
    Array.from({ length: input.rank - 1 }, (_, axis) => axis),
  );
  const sigma2 = tf.add(movingVariance.read(), MIN_VARIANCE);
  const offset = tf.div(tf.square(tf.sub(mean, movingMean.read())), sigma2);
  const spread = tf.square(tf.mul(tf.log(tf.div(tf.add(variance, MIN_VARIANCE), sigma2)), 0.5));
  return tf.mean(tf.add(offset, spread));
}

function remembersLastAxis(layer: tf.layers.Layer): layer is BatchNormLayer {
  const shape = layer.inboundNodes[0]?.inputShapes[0];
  return isBatchNorm(layer) && Array.isArray(shape) && normalizesLast(layer.axis, shape.length);
}
