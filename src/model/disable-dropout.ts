import type * as tf from '../engine/tf.js';
import { layerKindOf, type RandomAmount } from './layers/index.js';

/**
 * Stops layers from dropping values and adding noise in training mode: Dropout of any kind, GaussianNoise, the
 * dropout of recurrent layers. A user's own layers stay as they are.
 *
 * Random draws can't be recorded and don't repeat for the same seed (docs/decisions/0009-recipe.md).
 *
 * @param layers  Of `nestedLayers`; they are changed for good.
 */
export function disableDropout(layers: readonly tf.layers.Layer[]): void {
  for (const layer of layers.flatMap(withCell)) {
    const amounts = layer as unknown as Partial<Record<RandomAmount, number>>;
    for (const name of layerKindOf(layer.getClassName())?.random ?? []) amounts[name] = 0;
  }
}

/** A layer, and its cell where it is recurrent, or the cells of a stack. */
function withCell(layer: tf.layers.Layer): tf.layers.Layer[] {
  const { cell, cells = [] } = layer as {
    readonly cell?: tf.layers.Layer;
    readonly cells?: readonly tf.layers.Layer[];
  };
  return [layer, ...(cell === undefined ? [] : [cell]), ...cells].flatMap((each) =>
    each === layer ? [each] : withCell(each),
  );
}
