import type { Context } from './context.js';
import { everyContainer, isContainer, type LayerEntry, nameOf } from './layer-entry.js';
import { referencesIn } from './node-reference.js';

/**
 * Lists a functional model's inputs and outputs as `[layer, node, tensor]`.
 *
 * Keras 3 writes a single one without a list around it, named ones as an object, and counts the calls of a nested
 * Sequential (not those of a nested Functional) from 0.
 */
export function flattenEndpoints(root: LayerEntry, { dialect }: Context): void {
  for (const { class_name: className, config } of everyContainer(root)) {
    if (className === 'Sequential') continue;
    const nested = new Map(config.layers.filter(isContainer).map((entry) => [nameOf(entry), entry]));
    for (const key of ['input_layers', 'output_layers']) {
      config[key] = referencesIn(config[key]).map(([layer, node, tensor]) => {
        const countsFromZero = dialect === 'keras3' && nested.get(layer)?.class_name === 'Sequential';
        return [layer, countsFromZero || (nested.has(layer) && node === 0) ? node + 1 : node, tensor];
      });
    }
  }
}
