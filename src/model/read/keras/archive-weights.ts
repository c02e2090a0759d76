import type { LayerEntry } from '../../topology/layer-entry.js';
import { type ArchivedLayer, archivedLayers, orderedNames } from './archive-layout.js';
import type { StoredWeight } from './dataset.js';
import type { Hdf5 } from './hdf5.js';

/** The weights of a `.keras` archive, named by layer and weight. */
export function archiveWeights(root: LayerEntry, file: Hdf5): StoredWeight[] {
  return archivedLayers(root).flatMap((layer) => variables(layer, file));
}

function variables({ entry, group, name }: ArchivedLayer, file: Hdf5): StoredWeight[] {
  const names = orderedNames(entry);
  const found: StoredWeight[] = [];
  for (;;) {
    const index = found.length;
    const tensor = file.tensor(`${group}vars/${index}`, `${name}/${names[index] ?? `variable_${index}`}`);
    if (tensor === undefined) return found;
    found.push(tensor);
  }
}
