import { isConstant } from '../../layers/channels.js';
import type { LoadedModel } from '../../loaded-model.js';
import { isContainer, nameOf } from '../../topology/layer-entry.js';
import { ownWeights } from '../../topology/own-weights.js';
import { rootOf, withRoot } from '../../topology/root.js';
import { unfoldTopology } from '../../topology/unfolding.js';
import { type Analysis, type AnalyzedLayer, analyzeChannels } from './analysis.js';
import { findKept, type KeptChannels } from './removable.js';
import { type ChangedWeights, removeChannels } from './removal.js';

/** A model without its dead channels. */
export interface Pruned {
  readonly model: LoadedModel;
  /** Output channels of its kernels before the removal, and the number removed. */
  readonly channels: number;
  readonly removed: number;
  /** Channels that are constant and had to stay. */
  readonly left: readonly LeftChannels[];
}

/** Dead channels of a layer that stay for the same reason. */
export interface LeftChannels {
  readonly layer: string;
  readonly channels: number;
  /** In words. */
  readonly reason: string;
}

/**
 * Removes the dead channels of a layers model: those that have one value for every input, which goes into the
 * bias of the next layer, and those that no layer uses.
 *
 * It gives the same outputs but for rounding. The channels of what the model reads and gives stay, as do those of layers
 * that aren't known to act on each channel alone.
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
  if (!isContainer(root)) return { model, channels: 0, removed: 0, left: [] };
  const { calls, outputs } = unfoldTopology(root);
  const analysis = analyzeChannels(calls, ownWeights(root, model.weights));
  const kept = findKept(analysis, outputs);
  const counts = analysis.layers.flatMap((layer) => countChannels(layer, analysis, kept));
  const total = (of: (count: ChannelCount) => number) => counts.reduce((sum, each) => sum + of(each), 0);
  const removed = total((each) => each.removed);
  const changed = removed === 0 ? null : removeChannels(analysis, kept);
  return {
    model:
      changed === null
        ? model
        : { ...model, topology: withRoot(model.topology, root), weights: merge(model, changed) },
    channels: total((each) => each.channels),
    removed,
    left: counts.flatMap(({ left }) => left),
  };
}

interface ChannelCount {
  readonly channels: number;
  readonly removed: number;
  readonly left: readonly LeftChannels[];
}

/** Counts the output channels of a kernel; nothing for other layers. */
function countChannels(
  { owner, isLast, calls }: AnalyzedLayer,
  { values }: Analysis,
  kept: KeptChannels,
): ChannelCount[] {
  const makes = calls.every(({ rule }) => rule?.kind === 'mixes' || rule?.kind === 'spreads');
  if (!makes || !isLast) return [];
  const constants = calls.map(({ output }) => values.get(output)!.constants);
  const stays = kept.get(calls[0]!.output)!;
  const reasons = stays.filter((_, channel) => constants.every((each) => isConstant(each[channel]!)));
  return [
    {
      channels: stays.length,
      removed: stays.filter((reason) => reason === null).length,
      left: [...new Set(reasons)].flatMap((reason) =>
        reason === null
          ? []
          : [{ layer: nameOf(owner), reason, channels: reasons.filter((each) => each === reason).length }],
      ),
    },
  ];
}

/** The weights in their order, new biases at the end. */
function merge({ weights }: LoadedModel, changed: ChangedWeights): LoadedModel['weights'] {
  const before = new Set(weights.map(({ name }) => name));
  const added = [...changed.values()].filter(({ name }) => !before.has(name));
  return [...weights.map((weight) => changed.get(weight.name) ?? weight), ...added];
}
