import { removeFromGraph } from '../../graph/dead-channels/index.js';
import type { LoadedModel } from '../../loaded-model.js';
import { isContainer } from '../../topology/layer-entry.js';
import { ownWeights } from '../../topology/own-weights.js';
import { rootOf, withRoot } from '../../topology/root.js';
import { unfoldTopology } from '../../topology/unfolding.js';
import { analyzeChannels } from './analysis.js';
import { countChannels, type Removal } from './counts.js';
import { findKept } from './removable.js';
import { type ChangedWeights, removeChannels } from './removal.js';

/** A model without its dead channels. */
export interface Pruned extends Removal {
  readonly model: LoadedModel;
}

/**
 * Removes the dead channels of a model: those that have one value for every input, which goes into the
 * bias of the next layer, and those that no layer uses.
 *
 * It gives the same outputs but for rounding. The channels of what the model reads and gives stay, as do those of layers
 * that aren't known to act on each channel alone.
 *
 * @returns the model itself where there is nothing to remove.
 */
export function removeDeadChannels(model: LoadedModel): Pruned {
  const pruned = model.kind === 'graph' ? removeFromGraph(model) : removeOnce(model);
  if (pruned.removed === 0) return pruned;
  // A channel that was read only by removed ones can be removed now.
  const rest = removeDeadChannels(pruned.model);
  return { ...rest, channels: pruned.channels, removed: pruned.removed + rest.removed };
}

function removeOnce(model: LoadedModel): Pruned {
  const root = rootOf(model.topology, model.source);
  if (!isContainer(root)) return { model, channels: 0, removed: 0, left: [] };
  const { calls, outputs } = unfoldTopology(root);
  const analysis = analyzeChannels(calls, ownWeights(root, model.weights));
  const kept = findKept(analysis, outputs);
  const { removed, ...rest } = countChannels(analysis, kept);
  const changed = removed === 0 ? null : removeChannels(analysis, kept);
  return {
    model:
      changed === null
        ? model
        : { ...model, topology: withRoot(model.topology, root), weights: merge(model, changed) },
    removed,
    ...rest,
  };
}

/** The weights in their order, new biases at the end. */
function merge({ weights }: LoadedModel, changed: ChangedWeights): LoadedModel['weights'] {
  const before = new Set(weights.map(({ name }) => name));
  const added = [...changed.values()].filter(({ name }) => !before.has(name));
  return [...weights.map((weight) => changed.get(weight.name) ?? weight), ...added];
}
