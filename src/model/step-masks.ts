import { nestedLayers } from '../engine/nested-layers.js';
import * as tf from '../engine/tf.js';
import { layerKindOf } from './layers/index.js';

/** A mask for each output, [batch, steps] of 1 and 0; null where all of an output's rows count. */
export type OutputMasks = readonly (tf.Tensor | null)[];

/** Whether any layer of a model marks steps as padding. */
export function makesMasks(model: tf.LayersModel): boolean {
  return nestedLayers(model).some((layer) => layerKindOf(layer.getClassName())?.masks === true);
}

type WithMask = tf.layers.Layer & {
  computeMask(inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[];
};

/**
 * Runs a model and tells which steps of its outputs are real, as its Masking and Embedding layers say.
 *
 * @param run  Calls the model once.
 * @returns What `run` gives, and the masks, which the caller disposes of.
 */
export function withOutputMasks<Result>(
  model: tf.LayersModel,
  run: () => Result,
): { readonly result: Result; readonly masks: OutputMasks } {
  if (!makesMasks(model)) return { result: run(), masks: model.outputs.map(() => null) };
  const found = new Map<tf.layers.Layer, tf.Tensor>();
  const layers = [...new Set(model.outputs.map(({ sourceLayer }) => sourceLayer as WithMask))];
  const restore = layers.map((layer) => {
    const own = layer.computeMask;
    layer.computeMask = (inputs, mask) => {
      const made = own.call(layer, inputs, mask);
      // A layer that only hands masks on, such as Dense, gives the list that it got.
      const [first] = [made].flat();
      // tfjs disposes of masks as soon as the model was run.
      if (first instanceof tf.Tensor) found.set(layer, tf.keep(tf.cast(first, 'float32')));
      return made;
    };
    return () => Reflect.deleteProperty(layer, 'computeMask');
  });
  try {
    const result = run();
    const masks = model.outputs.map(({ sourceLayer, shape }) => {
      const mask = found.get(sourceLayer);
      // The caller's own, in the scope that it is in.
      return mask !== undefined && mask.rank === shape.length - 1 ? tf.clone(mask) : null;
    });
    return { result, masks };
  } finally {
    tf.dispose([...found.values()]);
    for (const undo of restore) undo();
  }
}
