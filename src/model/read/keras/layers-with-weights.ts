import type { LayerEntry } from '../../topology/layer-entry.js';
import { namesForTfjs } from '../../topology/weight-names.js';
import { type ArchivedLayer, archivedLayers, requiredNames } from './archive-layout.js';

/** A layer of a `.keras` archive with the weights that it has to have. */
export interface LayerWithWeights extends ArchivedLayer {
  /** In their order; none for a class that isn't known. */
  readonly weights: readonly {
    /** The name in its layer: `kernel`. */
    readonly own: string;
    /** The name in tfjs, with the layer's: `conv2d/kernel`. */
    readonly name: string;
  }[];
}

/** Lists the layers of a model that may have weights, and what those are called in tfjs. */
export function layersWithWeights(root: LayerEntry, source: string): LayerWithWeights[] {
  const layers = archivedLayers(root).map((layer) => ({ ...layer, own: requiredNames(layer.entry) }));
  const inKeras = layers.flatMap(({ name, own }) => own.map((weight) => `${name}/${weight}`));
  const named = namesForTfjs(root, inKeras, source)[Symbol.iterator]();
  return layers.map(({ own, ...layer }) => ({
    ...layer,
    weights: own.map((weight) => ({ own: weight, name: named.next().value! })),
  }));
}
