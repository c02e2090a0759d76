import { layerKindOf } from '../../layers/index.js';
import type { LayerEntry } from '../../topology/layer-entry.js';
import type { Wiring } from '../../topology/wiring.js';

/** Number of dimensions of a layer's output, the batch included; null where the layers don't show it. */
export function rankOf(name: string, wiring: Wiring): number | null {
  const layer = wiring.layers.get(name);
  if (layer === undefined) return null;
  const rank = layerKindOf(layer.entry.class_name)?.rank ?? null;
  if (rank !== 'same') return rank;
  const { batch_input_shape: shape } = layer.entry.config;
  if (Array.isArray(shape)) return shape.length;
  const [before] = layer.inputs;
  // A convolution's rank is known but not used here, so such a BatchNorm stays in the file.
  const followed = before !== undefined && !hasOwnRank(wiring.layers.get(before)?.entry);
  return followed ? rankOf(before, wiring) : null;
}

/** Whether a layer has a kernel that takes tensors of one rank only. */
function hasOwnRank(entry: LayerEntry | undefined): boolean {
  const kind = entry && layerKindOf(entry.class_name);
  return kind !== undefined && kind.output !== null && kind.rank !== 'same';
}
