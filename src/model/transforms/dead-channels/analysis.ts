import type { NamedTensor } from '../../../core/index.js';
import type {
  ChannelRule,
  JoiningRule,
  KeepingRule,
  MakeChannelRule,
  MixingRule,
  SpreadingRule,
} from '../../layers/channel-rule.js';
import { type Channels, NOTHING, varyingChannels } from '../../layers/channels.js';
import { layerKindOf } from '../../layers/index.js';
import { type LayerEntry, nameOf } from '../../topology/layer-entry.js';
import type { TopologyCall } from '../../topology/unfolding.js';
import { fitsBias, mixedConstants } from './kernel-sums.js';

/** A call of a layer, or of one of its two kernels: what it does with channels. */
export interface AnalyzedCall {
  /** The values that it reads and makes. */
  readonly inputs: readonly number[];
  readonly output: number;
  /** undefined where it isn't known, so that all that it reads and makes has to stay. */
  readonly rule: ChannelRule | undefined;
}

/** A layer, or one of its two kernels, and all calls of it. */
export interface AnalyzedLayer {
  readonly entry: LayerEntry;
  /** The layer that its weights are named after, and that may have its input's shape. */
  readonly owner: LayerEntry;
  /** Whether it makes the layer's output, rather than what its second kernel reads. */
  readonly isLast: boolean;
  readonly calls: AnalyzedCall[];
}

/** Known facts about each layer and about the channels of each value; a value without any is missing. */
export interface Analysis {
  readonly layers: readonly AnalyzedLayer[];
  readonly values: ReadonlyMap<number, Channels>;
}

/** Follows constants through a model, call by call. */
export function analyzeChannels(
  calls: readonly TopologyCall[],
  weights: ReadonlyMap<string, NamedTensor>,
): Analysis {
  const layers = new Map<LayerEntry, AnalyzedLayer[]>();
  const values = new Map<number, Channels>();
  for (const call of calls) {
    const { entry, owner } = call;
    const makers = makersOf(entry);
    const parts =
      layers.get(entry) ??
      makers.map((_, part) => ({ entry, owner, isLast: part === makers.length - 1, calls: [] }));
    layers.set(entry, parts);
    for (const [part, { isLast, calls: own }] of parts.entries()) {
      // What the first of two kernels makes for the second has a number of its own, below those of the calls.
      const between = -1 - call.output;
      const inputs = part === 0 ? call.inputs : [between];
      const output = isLast ? call.output : between;
      const known = inputs.map((input) => values.get(input));
      const rule = ruleOf(makers[part]!, call, weights, known);
      const made = rule && outputOf(rule, known);
      if (made !== undefined) values.set(output, shiftRank(made, call.wrappers));
      own.push({ inputs, output, rule: made && rule });
    }
  }
  return { layers: [...layers.values()].flat(), values };
}

const nothingKnown: MakeChannelRule = () => undefined;

/** Makers of a layer's rules, step by step. */
function makersOf({ class_name: className, config }: LayerEntry): readonly MakeChannelRule[] {
  const makers = layerKindOf(className)?.channelRules ?? [];
  const known = makers.length > 0 && !/^channels_?first$/i.test(String(config.data_format));
  return known ? makers : [nothingKnown];
}

/** The rule of a layer as what it is wrapped in calls it: without the dimensions that the wrappers take off. */
function ruleOf(
  make: MakeChannelRule,
  { entry: { config }, owner, wrappers }: TopologyCall,
  weights: ReadonlyMap<string, NamedTensor>,
  inputs: readonly (Channels | undefined)[],
): ChannelRule | undefined {
  return make({
    config,
    weight: (own) => weights.get(`${nameOf(owner)}/${own}`),
    inputs: inputs.map((input) => input && shiftRank(input, -wrappers)),
  });
}

function shiftRank(channels: Channels, by: number): Channels {
  return { ...channels, rank: channels.rank === null ? null : channels.rank + by };
}

/** The channels of a layer's output; undefined where a rule and its inputs don't fit together. */
export function outputOf(rule: ChannelRule, inputs: readonly (Channels | undefined)[]): Channels | undefined {
  switch (rule.kind) {
    case 'mixes':
      return mix(rule, inputs[0]);
    case 'spreads':
      return spread(rule, inputs[0]!);
    case 'keeps':
      return keep(rule, inputs as Channels[]);
    case 'joins':
      return join(rule, inputs as Channels[]);
    case 'needs':
      return rule.output;
  }
}

function mix(rule: MixingRule, input: Channels | undefined): Channels | undefined {
  const { kernel, inAxis, outAxis, activation, rank } = rule;
  const count = kernel.shape[outAxis]!;
  const rows = kernel.shape[inAxis]!;
  const fits = input === undefined || rows === input.count;
  if (!fits && !(input.flat && rows % input.count === 0)) return undefined;
  if (activation === null) return varyingChannels(count, rank);
  const constants = mixedConstants(rule, input?.constants ?? Float64Array.of(Number.NaN)).map(activation);
  return { count, constants, rank, flat: false };
}

function spread(rule: SpreadingRule, { constants: inputs }: Channels): Channels {
  const { kernel, multiplier, bias, activation } = rule;
  const count = inputs.length * multiplier;
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  for (const [index, weight] of kernel.values.entries()) {
    sums[index % count]! += weight as number;
    sizes[index % count]! += Math.abs(weight as number);
  }
  const constants = sums.map((sum, channel) => {
    const constant = inputs[Math.floor(channel / multiplier)]!;
    const own = bias === undefined ? 0 : (bias.values[channel] as number);
    if (sizes[channel]! <= NOTHING) return activation(own);
    return fitsBias(rule, constant) ? activation(own + (rule.padded ? 0 : sum * constant)) : Number.NaN;
  });
  return { count, constants, rank: 4, flat: false };
}

function keep({ constantOf, rank, flat }: KeepingRule, inputs: readonly Channels[]): Channels {
  const count = Math.max(...inputs.map((input) => input.count));
  const constants = Float64Array.from({ length: count }, (_, channel) =>
    constantOf(
      inputs.map((input) => input.constants[input.count === 1 ? 0 : channel]!),
      channel,
    ),
  );
  return { count, constants, rank, flat };
}

function join(_: JoiningRule, inputs: readonly Channels[]): Channels {
  const constants = Float64Array.from(inputs.flatMap((input) => Array.from(input.constants)));
  return { count: constants.length, constants, rank: inputs[0]!.rank, flat: false };
}
