import type { NamedTensor } from '../../../core/index.js';
import { normalizesLast } from '../../../engine/batch-norm-layer.js';
import { batchNormOf } from '../../batch-norm.js';
import type { Config } from '../../topology/layer-entry.js';
import { type Channels, NOTHING } from './channels.js';
import type { ChannelRule, KeepingRule, RuledLayer } from './rule.js';
import { ACTIVATION_LAYERS, type ScalarActivation, scalarActivation } from './scalar-activations.js';

type MakeRule = (layer: RuledLayer) => ChannelRule | undefined;

const identity: ScalarActivation = (value) => value;

/**
 * What a layer does with channels; undefined where that isn't known, so that all that it reads and makes has to stay.
 */
export function ruleOf(layer: RuledLayer): ChannelRule | undefined {
  const { className, config } = layer;
  if (/^channels_?first$/i.test(String(config.data_format))) return undefined;
  if (Object.hasOwn(ACTIVATION_LAYERS, className)) {
    const activation = ACTIVATION_LAYERS[className]!(config);
    return activation === null ? undefined : keeping(layer, activation);
  }
  return Object.hasOwn(RULES, className) ? RULES[className]!(layer) : undefined;
}

/** A convolution over so many dimensions; a transposed one has its channels the other way round. */
function convolution(dimensions: number, transposed = false): MakeRule {
  return ({ config, weight }) => {
    const kernel = weight('kernel');
    if (kernel?.shape.length !== dimensions + 2) return undefined;
    return {
      kind: 'mixes',
      kernel,
      inAxis: dimensions + (transposed ? 1 : 0),
      outAxis: dimensions + (transposed ? 0 : 1),
      bias: weight('bias'),
      countKey: 'filters',
      padded: transposed || isPadded(config, kernel.shape.slice(0, dimensions)),
      activation: scalarActivation(config.activation),
      rank: dimensions + 2,
    };
  };
}

const dense: MakeRule = ({ config, weight, inputs: [input] }) => {
  const kernel = weight('kernel');
  if (kernel?.shape.length !== 2) return undefined;
  return {
    kind: 'mixes',
    kernel,
    inAxis: 0,
    outAxis: 1,
    bias: weight('bias'),
    countKey: 'units',
    padded: false,
    activation: scalarActivation(config.activation),
    rank: input?.rank ?? null,
  };
};

const separable: MakeRule = ({ config, weight }) => {
  const kernel = weight('pointwise_kernel');
  if (kernel?.shape.length !== 4) return undefined;
  return {
    kind: 'mixes',
    kernel,
    inAxis: null,
    outAxis: 3,
    bias: weight('bias'),
    countKey: 'filters',
    padded: true,
    activation: scalarActivation(config.activation),
    rank: 4,
  };
};

const depthwise: MakeRule = ({ config, weight, inputs: [input] }) => {
  const kernel = weight('depthwise_kernel');
  const activation = scalarActivation(config.activation);
  if (kernel?.shape.length !== 4 || activation === null || kernel.shape[2] !== input?.count) return undefined;
  return {
    kind: 'spreads',
    kernel,
    multiplier: kernel.shape[3]!,
    bias: weight('bias'),
    padded: isPadded(config, kernel.shape.slice(0, 2)),
    activation,
  };
};

const batchNormalization: MakeRule = (layer) => {
  const { config, weight, inputs } = layer;
  const [input] = inputs;
  const batchNorm = batchNormOf(config, weight);
  if (batchNorm?.factors.length !== input?.count || !normalizesLast(config.axis ?? -1, input?.rank ?? null))
    return undefined;
  const { factors, offsets, weights } = batchNorm!;
  const constantOf = (value: number, channel: number): number =>
    Math.abs(factors[channel]!) <= NOTHING
      ? offsets[channel]!
      : value * factors[channel]! + offsets[channel]!;
  return keeping(layer, constantOf, weights);
};

/** Adds, multiplies or compares values of the same channel. */
function merging(merge: (values: readonly number[]) => number): MakeRule {
  return ({ inputs }) => {
    const [first] = inputs;
    const alike = inputs.every(
      (each) => each?.count === first?.count && each?.rank === first?.rank && each?.flat === first?.flat,
    );
    if (first === undefined || first.rank === null || !alike) return undefined;
    return { kind: 'keeps', constantOf: merge, vectors: [], rank: first.rank, flat: first.flat };
  };
}

const concatenation: MakeRule = ({ config, inputs }) => {
  const { axis = -1 } = config;
  const last = inputs.every((each) => each !== undefined && (axis === -1 || axis === (each.rank ?? 0) - 1));
  return last && inputs.every((each) => !each!.flat) ? { kind: 'joins' } : undefined;
};

function keeping(
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
    rank,
    flat,
  };
}

const passing: MakeRule = (layer) => keeping(layer, identity);
const pooling: MakeRule = (layer) => keeping(layer, identity, [], { rank: 2 });
const flattening: MakeRule = (layer) => keeping(layer, identity, [], { rank: 2, flat: true });
const padding: MakeRule = (layer) =>
  keeping(layer, (value) => (Math.abs(value) <= NOTHING ? value : Number.NaN));

const RULES: Readonly<Record<string, MakeRule>> = {
  Dense: dense,
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Conv2DTranspose: convolution(2, true),
  Conv3DTranspose: convolution(3, true),
  SeparableConv2D: separable,
  DepthwiseConv2D: depthwise,
  BatchNormalization: batchNormalization,
  Add: merging((values) => values.reduce((sum, value) => sum + value, 0)),
  Subtract: merging(([one, other]) => one! - other!),
  Multiply: merging((values) =>
    values.includes(0) ? 0 : values.reduce((product, value) => product * value),
  ),
  Average: merging((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  Maximum: merging((values) => Math.max(...values)),
  Minimum: merging((values) => Math.min(...values)),
  Concatenate: concatenation,
  Dropout: passing,
  SpatialDropout1D: passing,
  GaussianDropout: passing,
  GaussianNoise: passing,
  AlphaDropout: passing,
  MaxPooling1D: passing,
  MaxPooling2D: passing,
  MaxPooling3D: passing,
  AveragePooling1D: passing,
  AveragePooling2D: passing,
  AveragePooling3D: passing,
  GlobalAveragePooling1D: pooling,
  GlobalAveragePooling2D: pooling,
  GlobalMaxPooling1D: pooling,
  GlobalMaxPooling2D: pooling,
  UpSampling2D: passing,
  Cropping2D: passing,
  ZeroPadding2D: padding,
  Flatten: flattening,
};

/** Whether zeros are put around the input: not without padding, nor around a kernel of one position. */
function isPadded({ padding: kind = 'valid' }: Config, kernelSize: readonly number[]): boolean {
  return kind !== 'valid' && kernelSize.some((size) => size > 1);
}
