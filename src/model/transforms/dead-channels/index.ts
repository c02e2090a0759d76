import { isConstant } from '../../layers/channels.js';
import type { LoadedModel } from '../../loaded-model.js';
import { everyContainer } from '../../topology/layer-entry.js';
import { ownWeights } from '../../topology/own-weights.js';
import { rootOf, withRoot } from '../../topology/root.js';
import { wiringOf } from '../../topology/wiring.js';
import { type AnalyzedLayer, analyzeChannels } from './analysis.js';
import { findKept, type KeptChannels } from './removable.js';
import { type ChangedWeights, removeChannels } from './removal.js';

/** A model without its dead channels. */
export interface Pruned {
  readonly model: LoadedModel;
  /** Output channels of its kernels before the removal, and the number removed. */
  readonly channels: number;
  readonly removed: number;
  /** Layers with channels that are constant and had to stay. */
  readonly left: readonly { readonly layer: string; readonly channels: number }[];
}

/**
 * Removes the dead channels of a layers model: those that have one value for every input, which goes into the
 * bias of the next layer, and those that no layer uses.
 *
 * The outputs stay the same except for rounding. Nested models are treated one by one; the channels of a
 * model's inputs and outputs stay, as do those of shared layers and of layers that aren't known to act on each
 * channel alone.
 *
 * @returns the model itself where there is nothing to remove.
 */
export function removeDeadChannels(model: LoadedModel): Pruned {
  if (model.kind === 'graph') return { model, channels: 0, removed: 0, left: [] };
  const pruned = removeOnce(model);
  if (pruned.removed === 0) return pruned;
  // A channel that was read only by removed ones can be removed now.
  const rest = removeDeadChannels(pruned.model);
  return { ...rest, channels: pruned.channels, removed: pruned.removed + rest.removed };
}

function removeOnce(model: LoadedModel): Pruned {
  const root = rootOf(model.topology, model.source);
  const weights = ownWeights(root, model.weights);
  const changed: ChangedWeights = new Map();
  const counts: ChannelCount[] = [];
  for (const container of everyContainer(root)) {
    const wiring = wiringOf(container);
    const layers = analyzeChannels(wiring, weights);
    const kept = findKept(wiring, layers);
    counts.push(...[...layers.values()].flatMap((layer) => countChannels(layer, kept)));
    for (const [name, tensor] of removeChannels(wiring, layers, kept)) changed.set(name, tensor);
  }
  const total = (of: (count: ChannelCount) => number) => counts.reduce((sum, each) => sum + of(each), 0);
  const removed = total((each) => each.removed);
  return {
    model:
      removed === 0
        ? model
        : { ...model, topology: withRoot(model.topology, root), weights: merge(model, changed) },
    channels: total((each) => each.channels),
    removed,
    left: counts.flatMap(({ layer, left: count }) => (count === 0 ? [] : [{ layer, channels: count }])),
  };
}

interface ChannelCount {
  readonly layer: string;
  readonly channels: number;
  readonly removed: number;
  readonly left: number;
}

/** Counts the output channels of a kernel; nothing for other layers. */
function countChannels({ name, rule, output }: AnalyzedLayer, kept: KeptChannels): ChannelCount[] {
  if ((rule?.kind !== 'mixes' && rule?.kind !== 'spreads') || output === undefined) return [];
  const stays = kept.get(name)!;
  return [
    {
      layer: name,
      channels: stays.length,
      removed: stays.filter((each) => !each).length,
      left: stays.filter((each, channel) => each && isConstant(output.constants[channel]!)).length,
    },
  ];
}

/** The weights in their order, new biases at the end. */
function merge({ weights }: LoadedModel, changed: ChangedWeights): LoadedModel['weights'] {
  const before = new Set(weights.map(({ name }) => name));
  const added = [...changed.values()].filter(({ name }) => !before.has(name));
  return [...weights.map((weight) => changed.get(weight.name) ?? weight), ...added];
}
