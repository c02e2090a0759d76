import type { Context } from './context.js';
import { everyContainer, everyLayer, isContainer, type LayerEntry } from './layer-entry.js';

/**
 * Gives every input its shape under the name that tfjs looks for.
 *
 * Keras 3 writes `batch_shape`; a Sequential that was built by its first batch has its shape outside the layers.
 */
export function adaptInputs(root: LayerEntry, { notes }: Context): void {
  for (const { class_name: className, config } of everyLayer(root)) {
    if (config.batch_shape === undefined) continue;
    config.batch_input_shape = config.batch_shape;
    delete config.batch_shape;
    delete config.optional;
    if (className === 'InputLayer')
      notes.add('InputLayer: batch_shape (Keras 3) was renamed to batch_input_shape');
  }
  for (const container of everyContainer(root)) {
    const { layers, build_input_shape: shape } = container.config;
    const first = layers[0];
    if (container.class_name !== 'Sequential' || first === undefined || !Array.isArray(shape)) continue;
    if (
      first.class_name === 'InputLayer' ||
      isContainer(first) ||
      first.config.batch_input_shape !== undefined
    )
      continue;
    first.config.batch_input_shape = shape;
    notes.add('Sequential: the input shape was taken from build_input_shape');
  }
}
