import type { NamedTensor } from '../../core/index.js';
import { everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

/**
 * Writes down the depth multiplier of separable convolutions, which tfjs-layers 4 forgets to save, from the shape of
 * their kernels.
 *
 * @returns the names of the layers that were changed.
 */
export function restoreDepthMultipliers(root: LayerEntry, weights: readonly NamedTensor[]): string[] {
  const changed: string[] = [];
  for (const entry of everyLayer(root)) {
    if (entry.class_name !== 'SeparableConv2D' || entry.config.depth_multiplier !== undefined) continue;
    const kernel = weights.find(({ name }) => name === `${nameOf(entry)}/depthwise_kernel`);
    const multiplier = kernel?.shape[3]; // [height, width, in, multiplier]
    if (multiplier === undefined || multiplier === 1) continue;
    entry.config.depth_multiplier = multiplier;
    changed.push(nameOf(entry));
  }
  return changed;
}
