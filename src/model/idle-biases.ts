import type * as tf from '../engine/tf.js';
import { variableOf } from '../engine/weights.js';
import { layersBeforeBatchNorm } from './before-batch-norm.js';

/**
 * Biases whose layer leads to BatchNorm and nowhere else.
 *
 * With the statistics of each batch BatchNorm subtracts them again: their gradient is 0, and what is computed of it is
 * rounding noise, of which Adam makes full steps. Leaving them out saves a sum over every activation. With remembered
 * statistics BatchNorm's own beta does the same, in steps that the channel's variance doesn't magnify.
 *
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.2: "the bias b can be ignored".
 */
export function idleBiases(model: tf.LayersModel): ReadonlySet<tf.Variable> {
  return new Set(
    layersBeforeBatchNorm(model).flatMap(({ layer }) =>
      hasBias(layer) && isLinear(layer) ? [variableOf(layer.bias)] : [],
    ),
  );
}

type WithBias = tf.layers.Layer & { readonly bias: tf.LayerVariable };

function hasBias(layer: tf.layers.Layer): layer is WithBias {
  return 'bias' in layer && layer.bias != null && typeof layer.bias === 'object';
}

/** Nothing is done to the output after the bias is added, along the last dimension. */
function isLinear(layer: tf.layers.Layer): boolean {
  const { activation, data_format: format } = layer.getConfig() as Record<string, unknown>;
  const { dataFormat = format } = layer as unknown as { dataFormat?: unknown };
  return activation === 'linear' && dataFormat !== 'channelsFirst' && dataFormat !== 'channels_first';
}
