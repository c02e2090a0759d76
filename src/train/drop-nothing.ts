import type * as tf from '../engine/tf.js';

/** Where layers, and the cells of recurrent ones, keep how much they drop or disturb at random. */
const AMOUNTS = ['rate', 'stddev', 'dropout', 'recurrentDropout'] as const;

/**
 * Lets layers drop nothing and add no noise in training mode: Dropout of any kind, GaussianNoise, and the dropout of
 * recurrent layers.
 *
 * What is drawn at random can't be recorded, and isn't the same again for the same seed (docs/decisions/0009-recipe.md).
 *
 * @param layers  Of `nestedLayers`; they are changed for good.
 */
export function dropNothing(layers: readonly tf.layers.Layer[]): void {
  for (const holder of layers.flatMap(withCell))
    for (const name of AMOUNTS) if (typeof holder[name] === 'number') holder[name] = 0;
}

/** A layer, and its cell where it is recurrent. */
function withCell(layer: object): Record<string, unknown>[] {
  const { cell } = layer as { readonly cell?: object };
  return [layer, ...(cell === undefined ? [] : [cell])] as Record<string, unknown>[];
}
