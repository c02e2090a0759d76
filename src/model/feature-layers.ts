import * as tf from '../engine/tf.js';
import { layerKindOf } from './layers/index.js';
import { makesMasks } from './step-masks.js';

/**
 * Activations that make no features: none at all, a choice among classes, and gates. The outputs of a gate that is shut
 * hardly vary, so that any error would count for much.
 */
const NO_FEATURES: ReadonlySet<string | null> = new Set([
  ...[null, 'linear', 'softmax'],
  ...['sigmoid', 'hardSigmoid', 'tanh', 'softsign'],
]);

/**
 * Lists the layers of a model whose outputs tell how near a student is to its teacher on the way: those with an
 * activation of their own, which are called once and make no output of the model.
 *
 * Of a model that masks steps there are none, since steps that are not real would count.
 *
 * @returns Names, in the model's order; layers inside other layers are left out.
 */
export function featureLayers(model: tf.LayersModel): string[] {
  if (makesMasks(model)) return [];
  const outputs = new Set(model.outputs.map(({ id }) => id));
  return model.layers
    .filter((layer) => {
      const kind = layerKindOf(layer.getClassName());
      if (kind === undefined || layer.inboundNodes.length !== 1 || Array.isArray(layer.output)) return false;
      return !outputs.has(layer.output.id) && !NO_FEATURES.has(kind.activation(layer));
    })
    .map(({ name }) => name);
}

/** A model that gives the outputs of some of its layers after its own; the layers stay the model's, which disposes of them. */
export function withFeatures(model: tf.LayersModel, layers: readonly string[]): tf.LayersModel {
  if (layers.length === 0) return model;
  const features = layers.map((name) => model.getLayer(name).output as tf.SymbolicTensor);
  return tf.model({ inputs: model.inputs, outputs: [...model.outputs, ...features] });
}
