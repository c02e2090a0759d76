import type { NamedTensor } from '../../core/index.js';
import { everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

/** The float weights of a model's layers by name, without those of layers that share their name. */
export function ownWeights(
  root: LayerEntry,
  weights: readonly NamedTensor[],
): ReadonlyMap<string, NamedTensor> {
  const names = [...everyLayer(root)].map(nameOf);
  const once = new Set(names.filter((name) => names.indexOf(name) === names.lastIndexOf(name)));
  return new Map(
    weights
      .filter(({ name, dtype }) => dtype === 'float32' && once.has(name.slice(0, name.lastIndexOf('/'))))
      .map((tensor) => [tensor.name, tensor]),
  );
}
