import { isConstant } from '../../layers/channels.js';
import { nameOf } from '../../topology/layer-entry.js';
import type { Analysis, AnalyzedLayer } from './analysis.js';
import type { KeptChannels } from './removable.js';

/** Dead channels of a layer that stay for the same reason. */
export interface LeftChannels {
  readonly layer: string;
  readonly channels: number;
  /** In words. */
  readonly reason: string;
}

/** How many channels are removed, and which have to stay. */
export interface Removal {
  /** Output channels of the kernels before the removal, and the number removed. */
  readonly channels: number;
  readonly removed: number;
  /** Channels that are constant and had to stay. */
  readonly left: readonly LeftChannels[];
}

/** Adds up the output channels of all kernels. */
export function countChannels(analysis: Analysis, kept: KeptChannels): Removal {
  const counts = analysis.layers.flatMap((layer) => countIn(layer, analysis, kept));
  return {
    channels: counts.reduce((sum, each) => sum + each.channels, 0),
    removed: counts.reduce((sum, each) => sum + each.removed, 0),
    left: counts.flatMap(({ left }) => left),
  };
}

/** Counts the output channels of a kernel; nothing for other layers. */
function countIn(
  { owner, isLast, calls }: AnalyzedLayer,
  { values }: Analysis,
  kept: KeptChannels,
): Removal[] {
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
