import type { NamedTensor } from '../../../core/index.js';
import type {
  ChannelRule,
  JoiningRule,
  KeepingRule,
  MixingRule,
  SpreadingRule,
} from '../../layers/channel-rule.js';
import { type Channels, NOTHING, varyingChannels } from '../../layers/channels.js';
import { layerKindOf } from '../../layers/index.js';
import { type LayerEntry, nameOf } from '../../topology/layer-entry.js';
import type { Wiring } from '../../topology/wiring.js';
import { fitsBias, mixedConstants } from './kernel-sums.js';

/** Known facts about a layer: its rule and the channels of its output; undefined where they are not known. */
export interface AnalyzedLayer {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly rule: ChannelRule | undefined;
  readonly output: Channels | undefined;
}

/** Follows constants through a model, layer by layer. */
export function analyzeChannels(
  wiring: Wiring,
  weights: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, AnalyzedLayer> {
  const analyzed = new Map<string, AnalyzedLayer>();
  const visit = (name: string): AnalyzedLayer => {
    const known = analyzed.get(name);
    if (known !== undefined) return known;
    const { entry, inputs: sources, calls } = wiring.layers.get(name)!;
    const unknown = { name, inputs: sources, rule: undefined, output: undefined };
    analyzed.set(name, unknown);
    const inputs = sources.map((source) => visit(source).output);
    if (entry.class_name === 'InputLayer') {
      const output = inputChannels(entry.config.batch_input_shape);
      analyzed.set(name, { ...unknown, output });
    } else if (calls === 1) {
      const rule = ruleOf(entry, weights, inputs);
      const output = rule && outputOf(rule, inputs);
      if (output !== undefined) analyzed.set(name, { ...unknown, rule, output });
    }
    return analyzed.get(name)!;
  };
  for (const name of wiring.layers.keys()) visit(name);
  return analyzed;
}

/** The rule for a layer's channels; undefined where none is known, so that all its inputs and outputs stay. */
function ruleOf(
  entry: LayerEntry,
  weights: ReadonlyMap<string, NamedTensor>,
  inputs: readonly (Channels | undefined)[],
): ChannelRule | undefined {
  const { class_name: className, config } = entry;
  if (/^channels_?first$/i.test(String(config.data_format))) return undefined;
  const weight = (own: string) => weights.get(`${nameOf(entry)}/${own}`);
  return layerKindOf(className)?.channelRule?.({ config, weight, inputs });
}

function inputChannels(shape: unknown): Channels | undefined {
  const count: unknown = Array.isArray(shape) ? shape.at(-1) : undefined;
  return typeof count === 'number' ? varyingChannels(count, (shape as unknown[]).length) : undefined;
}

/** The channels of a layer's output; undefined where a rule and its inputs don't fit together. */
function outputOf(rule: ChannelRule, inputs: readonly (Channels | undefined)[]): Channels | undefined {
  switch (rule.kind) {
    case 'mixes':
      return mix(rule, inputs[0]);
    case 'spreads':
      return spread(rule, inputs[0]!);
    case 'keeps':
      return keep(rule, inputs as Channels[]);
    case 'joins':
      return join(rule, inputs as Channels[]);
  }
}

function mix(rule: MixingRule, input: Channels | undefined): Channels | undefined {
  const { kernel, inAxis, outAxis, activation, rank } = rule;
  const count = kernel.shape[outAxis]!;
  const rows = inAxis === null ? undefined : kernel.shape[inAxis]!;
  const fits = input === undefined || rows === undefined || rows === input.count;
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
  const constants = inputs[0]!.constants.map((_, channel) =>
    constantOf(
      inputs.map((input) => input.constants[channel]!),
      channel,
    ),
  );
  return { count: constants.length, constants, rank, flat };
}

function join(_: JoiningRule, inputs: readonly Channels[]): Channels {
  const constants = Float64Array.from(inputs.flatMap((input) => Array.from(input.constants)));
  return { count: constants.length, constants, rank: inputs[0]!.rank, flat: false };
}
