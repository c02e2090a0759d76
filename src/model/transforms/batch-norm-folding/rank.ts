import { layerKindOf } from '../../layers/index.js';
import type { LayerEntry } from '../../topology/layer-entry.js';
import type { Wiring } from '../../topology/wiring.js';

/** Dimensions of a layer's output, the batch included, as far as that is plain to see; else null. */
export function rankOf(name: string, wiring: Wiring): number | null {
  const layer = wiring.layers.get(name);
  if (layer === undefined) return null;
  const rank = layerKindOf(layer.entry.class_name)?.rank ?? null;
  if (rank !== 'same') return rank;
  const { batch_input_shape: shape } = layer.entry.config;
  if (Array.isArray(shape)) return shape.length;
  const [before] = layer.inputs;
  // A convolution's is known, but not followed further: files keep such a BatchNorm so far.
  const followed = before !== undefined && !hasOwnRank(wiring.layers.get(before)?.entry);
  return followed ? rankOf(before, wiring) : null;
}

/** Whether it is a kernel for tensors of one rank only. */
function hasOwnRank(entry: LayerEntry | undefined): boolean {
  const kind = entry && layerKindOf(entry.class_name);
  return kind !== undefined && kind.output !== null && kind.rank !== 'same';
}
