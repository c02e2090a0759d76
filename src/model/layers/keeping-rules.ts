import type { NamedTensor } from '../../core/index.js';
import type { Config } from '../topology/layer-entry.js';
import type { KeepingRule, MakeChannelRule, RuledLayer } from './channel-rule.js';
import { type Channels, NOTHING, varyingChannels } from './channels.js';
import type { ScalarActivation } from './scalar-activations.js';

/**
 * The rule of a layer that makes output channel `i` of channel `i` of its only input.
 *
 * @param constantOf  What a constant becomes.
 * @param vectors     Weights whose last dimension is the channels.
 * @param changed     What of the output is not as in the input.
 */
export function keeping(
  { inputs: [input] }: RuledLayer,
  constantOf: (value: number, channel: number) => number,
  vectors: readonly NamedTensor[] = [],
  changed: Partial<Pick<Channels, 'rank' | 'flat'>> = {},
): KeepingRule | undefined {
  if (input === undefined) return undefined;
  const { rank, flat } = { ...input, ...changed };
  return {
    kind: 'keeps',
    constantOf: ([value], channel) => constantOf(value!, channel),
    vectors,
    shapeKey: null,
    rank,
    flat,
  };
}

/** Makes a rule that keeps constants unchanged, for an output with these properties changed. */
export function passing(changed: Partial<Pick<Channels, 'rank' | 'flat'>> = {}): MakeChannelRule {
  return (layer) => keeping(layer, (value) => value, [], changed);
}

/** Zeros are put around the input, so that only a constant 0 stays one. */
export const padding: MakeChannelRule = (layer) =>
  keeping(layer, (value) => (Math.abs(value) <= NOTHING ? value : Number.NaN));

/** Acts on every value alone; null: with these options it doesn't. */
export function activating(activationOf: (config: Config) => ScalarActivation | null): MakeChannelRule {
  return (layer) => {
    const activation = activationOf(layer.config);
    return activation === null ? undefined : keeping(layer, activation);
  };
}

/** Every output channel depends on all channels of the only input, which has as many. */
export const needingAll: MakeChannelRule = ({ inputs: [input] }) =>
  input && { kind: 'needs', output: { ...input, constants: varyingChannels(input.count, null).constants } };
