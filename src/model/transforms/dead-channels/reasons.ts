import type { MixingRule } from '../../layers/channel-rule.js';
import { isConstant } from '../../layers/channels.js';
import { nameOf } from '../../topology/layer-entry.js';
import type { Analysis, AnalyzedCall, AnalyzedLayer } from './analysis.js';
import type { ChannelClasses } from './channel-classes.js';
import { fitsBias, ignoredInputs } from './kernel-sums.js';
import { constantsOfCalls } from './shared-layers.js';

/** A layer, for messages. */
export const inWords = ({ owner, entry }: AnalyzedLayer): string => `${nameOf(owner)} (${entry.class_name})`;

const padsThem = (layer: AnalyzedLayer): string =>
  `${inWords(layer)} pads them with zeros, from which they differ`;

/** Why a kernel can't do without a channel that it reads; null: it can; `varies`: no reason is in the kernel itself. */
type Need = string | 'varies' | null;

/** Needs of a kernel among the channels that it reads, over all its calls. */
export function needsOf(rule: MixingRule, layer: AnalyzedLayer, { values }: Analysis): Need[] {
  const constants = constantsOfCalls(layer, values) ?? [];
  const ignored = ignoredInputs(rule, constants.length);
  return Array.from(constants, (constant, channel) => {
    if (ignored[channel] || fitsBias(rule, constant)) return null;
    return isConstant(constant) ? padsThem(layer) : 'varies';
  });
}

/** For the classes with a channel that is a constant up to some layer and varies behind it: what that layer does. */
export function findCauses(
  { layers, values }: Analysis,
  classes: ChannelClasses,
): ReadonlyMap<number, string> {
  const causes = new Map<number, string>();
  for (const layer of layers) {
    for (const call of layer.calls) {
      const cause = causeIn(call, layer);
      if (cause === null) continue;
      const slots = classes.slotsOf(call.output);
      for (const channel of endsOfConstants(call, values)) {
        const own = classes.classOf(slots[channel]!);
        if (!causes.has(own)) causes.set(own, cause);
      }
    }
  }
  return causes;
}

/** Reason why a call makes constants vary; null: none of its own. */
function causeIn({ rule, inputs }: AnalyzedCall, layer: AnalyzedLayer): string | null {
  if (rule?.kind === 'spreads') return padsThem(layer);
  if (rule?.kind !== 'keeps') return null;
  return inputs.length > 1
    ? `${inWords(layer)} puts them together with channels that vary`
    : `${inWords(layer)} makes them vary from place to place`;
}

/** The channels that a call makes vary of constants. */
function endsOfConstants({ rule, inputs, output }: AnalyzedCall, values: Analysis['values']): number[] {
  const read = inputs.map((input) => values.get(input)!.constants);
  const made = values.get(output)!.constants;
  const multiplier = rule?.kind === 'spreads' ? rule.multiplier : 1;
  const endsIn = (channel: number): boolean =>
    !isConstant(made[channel]!) &&
    read.some((constants) => isConstant(constants[Math.floor(channel / multiplier)] ?? Number.NaN));
  return Array.from(made.keys()).filter(endsIn);
}
