import { type NamedTensor, sizeOf } from '../../../core/index.js';
import type { ChannelRule, KeepingRule } from '../../layers/channel-rule.js';
import { type Channels, NOTHING, varyingChannels } from '../../layers/channels.js';
import { clip, elu, type ScalarActivation, scalarActivation } from '../../layers/scalar-activations.js';
import { isSet, numberAttribute, textAttribute, textsAttribute } from '../attributes.js';
import type { GraphNode } from '../graph-def.js';

/** A node whose channels are followed. */
export interface Operation {
  readonly node: GraphNode;
  /** Number of its inputs but for control. */
  readonly count: number;
  /** Channels of an input that is computed; undefined where they are not known. */
  value(input: number): Channels | undefined;
  /** An input that is a constant. */
  constant(input: number): NamedTensor | undefined;
  /** Sizes of a shape that an input holds, constant or put together of numbers; undefined where the last is computed. */
  shape(input: number): readonly (number | null)[] | undefined;
}

/** A constant of a node that becomes smaller with the channels. */
export interface Cut {
  readonly input: number;
  /** Whether it is a kernel, has one value a channel of the output, or counts these in a shape. */
  readonly as: 'kernel' | 'bias' | 'vector' | 'shape';
}

/** One thing that a node does with channels; several follow each other where operations were fused. */
export interface Step {
  readonly rule: ChannelRule;
  /** Inputs of the node that the rule reads; those of a later step are what the one before it made. */
  readonly reads: readonly number[];
  readonly cuts: readonly Cut[];
}

type MakeSteps = (operation: Operation) => Step[] | undefined;

const inLastDimension = ({ attr }: GraphNode): boolean => textAttribute(attr, 'data_format') !== 'nchw';

/** Whether zeros are put around the input. */
const isPadded = ({ attr }: GraphNode, window: readonly number[]): boolean => {
  const padding = textAttribute(attr, 'padding');
  return padding === 'explicit' || (padding !== 'valid' && window.some((size) => size > 1));
};

/** The activation of a fused operation, by its name there; undefined where none is known. */
function fusedActivation({ attr }: GraphNode): ScalarActivation | 'prelu' | undefined {
  const names = textsAttribute(attr, 'fused_ops').filter((name) => name !== 'biasadd');
  const [name = 'linear'] = names;
  if (names.length > 1) return undefined;
  if (name === 'prelu') return 'prelu';
  if (name === 'leakyrelu') return leaky(numberAttribute(attr, 'leakyrelu_alpha') ?? 0.2);
  return scalarActivation(name) ?? undefined;
}

const leaky =
  (slope: number): ScalarActivation =>
  (value) =>
    value < 0 ? slope * value : value;
const linear: ScalarActivation = (value) => value;

/** The step of a kernel, and those of all that is fused with it. */
function kernelSteps(
  operation: Operation,
  ruleWith: (bias: NamedTensor | undefined, activation: ScalarActivation) => ChannelRule,
): Step[] | undefined {
  const { node } = operation;
  const isFused = node.op.startsWith('_Fused') || node.op.startsWith('Fused');
  const hasBias = isFused && textsAttribute(node.attr, 'fused_ops').includes('biasadd');
  const bias = hasBias ? operation.constant(2) : undefined;
  const activation = isFused ? fusedActivation(node) : linear;
  if (activation === undefined || (hasBias && (bias === undefined || !isVector(bias)))) return undefined;
  const cuts: Cut[] = [
    { input: 1, as: 'kernel' },
    ...(bias === undefined ? [] : [{ input: 2, as: 'bias' } as const]),
  ];
  const rule = ruleWith(bias, activation === 'prelu' ? linear : activation);
  const steps: Step[] = [{ rule, reads: [0], cuts }];
  if (activation !== 'prelu') return steps;
  const slopes = operation.constant(hasBias ? 3 : 2);
  if (slopes === undefined || !isVector(slopes)) return undefined;
  const cut: Cut[] = isNumber(slopes) ? [] : [{ input: hasBias ? 3 : 2, as: 'vector' }];
  return [...steps, { rule: sloping(slopes, null), reads: [], cuts: cut }];
}

const convolution: MakeSteps = (operation) => {
  const { node } = operation;
  const kernel = operation.constant(1);
  if (kernel === undefined || kernel.shape.length < 3 || !inLastDimension(node)) return undefined;
  const dimensions = kernel.shape.length - 2;
  // Without a bias of its own a fused operation has no place for what a removed channel adds.
  const noPlace = node.op === '_FusedConv2D' && !textsAttribute(node.attr, 'fused_ops').includes('biasadd');
  return kernelSteps(operation, (bias, activation) => ({
    kind: 'mixes',
    kernel,
    inAxis: dimensions,
    outAxis: dimensions + 1,
    bias,
    countKey: 'filters',
    padded: noPlace || isPadded(node, kernel.shape.slice(0, dimensions)),
    activation,
    rank: kernel.shape.length,
  }));
};

const depthwise: MakeSteps = (operation) => {
  const { node } = operation;
  const kernel = operation.constant(1);
  const input = operation.value(0);
  if (kernel?.shape.length !== 4 || kernel.shape[2] !== input?.count || !inLastDimension(node))
    return undefined;
  return kernelSteps(operation, (bias, activation) => ({
    kind: 'spreads',
    kernel,
    multiplier: kernel.shape[3]!,
    bias,
    padded: isPadded(node, kernel.shape.slice(0, 2)),
    activation,
  }));
};

const product: MakeSteps = (operation) => {
  const { node } = operation;
  const kernel = operation.constant(1);
  const input = operation.value(0);
  if (kernel?.shape.length !== 2 || isSet(node.attr, 'transpose_a')) return undefined;
  const isTransposed = isSet(node.attr, 'transpose_b');
  const noPlace = node.op === '_FusedMatMul' && !textsAttribute(node.attr, 'fused_ops').includes('biasadd');
  return kernelSteps(operation, (bias, activation) => ({
    kind: 'mixes',
    kernel,
    inAxis: isTransposed ? 1 : 0,
    outAxis: isTransposed ? 0 : 1,
    bias,
    countKey: 'units',
    padded: noPlace,
    activation,
    rank: input?.rank ?? 2,
  }));
};

/** A tensor whose values lie along its last dimension. */
const isVector = ({ shape, dtype }: NamedTensor): boolean =>
  dtype === 'float32' && sizeOf(shape) === (shape.at(-1) ?? 1);
const isNumber = ({ shape }: NamedTensor): boolean => sizeOf(shape) === 1;
const at = ({ values }: NamedTensor, channel: number): number =>
  values[values.length === 1 ? 0 : channel] as number;

/** Output channel `i` is made of channel `i` of the first input. */
function keeping(
  operation: Operation,
  constantOf: (value: number, channel: number) => number,
  changed: Partial<Pick<Channels, 'rank' | 'flat'>> = {},
  cuts: readonly Cut[] = [],
): Step[] | undefined {
  const input = operation.value(0);
  if (input === undefined) return undefined;
  const rule: KeepingRule = {
    kind: 'keeps',
    constantOf: ([value], channel) => constantOf(value!, channel),
    vectors: [],
    shapeKey: null,
    ...{ rank: input.rank, flat: input.flat, ...changed },
  };
  return [{ rule, reads: [0], cuts }];
}

const scalar =
  (activation: ScalarActivation): MakeSteps =>
  (operation) =>
    keeping(operation, activation);
const passing: MakeSteps = (operation) => keeping(operation, linear);

function sloping(slopes: NamedTensor, rank: number | null): KeepingRule {
  return {
    kind: 'keeps',
    constantOf: ([value], channel) => (value! < 0 ? at(slopes, channel) * value! : value!),
    vectors: [],
    shapeKey: null,
    rank,
    flat: false,
  };
}

const prelu: MakeSteps = (operation) => {
  const [input, slopes] = [operation.value(0), operation.constant(1)];
  if (input === undefined || slopes === undefined || !fitsChannels(slopes, input)) return undefined;
  const cuts: Cut[] = isNumber(slopes) ? [] : [{ input: 1, as: 'vector' }];
  return [{ rule: { ...sloping(slopes, input.rank), flat: input.flat }, reads: [0], cuts }];
};

/** Whether a constant has one value for all, or one a channel. */
const fitsChannels = (constant: NamedTensor, { count, flat }: Channels): boolean =>
  isVector(constant) && (isNumber(constant) || (!flat && sizeOf(constant.shape) === count));

/** Arithmetic of the same channel of two inputs, of which one may be a constant. */
const arithmetic =
  (merge: (one: number, other: number) => number): MakeSteps =>
  (operation) => {
    const side = [0, 1].findIndex((input) => operation.constant(input) !== undefined);
    return side < 0 ? ofTwo(operation, merge) : withConstant(operation, side, merge);
  };

function withConstant(
  operation: Operation,
  side: number,
  merge: (one: number, other: number) => number,
): Step[] | undefined {
  const constant = operation.constant(side)!;
  const input = operation.value(1 - side);
  if (input === undefined || !fitsChannels(constant, input)) return undefined;
  const rank = input.rank === null ? null : Math.max(input.rank, constant.shape.length);
  const rule: KeepingRule = {
    kind: 'keeps',
    constantOf: ([value], channel) =>
      side === 0 ? merge(at(constant, channel), value!) : merge(value!, at(constant, channel)),
    vectors: [],
    shapeKey: null,
    rank,
    flat: input.flat,
  };
  return [{ rule, reads: [1 - side], cuts: isNumber(constant) ? [] : [{ input: side, as: 'vector' }] }];
}

function ofTwo(operation: Operation, merge: (one: number, other: number) => number): Step[] | undefined {
  const inputs = [operation.value(0), operation.value(1)].filter((each) => each !== undefined);
  const ranks = inputs.flatMap(({ rank }) => rank ?? []);
  if (inputs.length < 2 || ranks.length < 2) return undefined;
  const [count, rank] = [Math.max(...inputs.map((each) => each.count)), Math.max(...ranks)];
  const { flat } = inputs[0]!;
  if (inputs.some((each) => each.flat !== flat || (flat && each.rank !== rank))) return undefined;
  if (inputs.some((each) => each.count !== count && (flat || each.count !== 1))) return undefined;
  const rule: KeepingRule = {
    kind: 'keeps',
    constantOf: ([one, other]) => merge(one!, other!),
    vectors: [],
    shapeKey: null,
    rank,
    flat,
  };
  return [{ rule, reads: [0, 1], cuts: [] }];
}

const batchNorm: MakeSteps = (operation) => {
  const input = operation.value(0);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((each) => operation.constant(each));
  const vectors = [scale, offset, mean, variance];
  const known = vectors.filter((each) => each !== undefined);
  if (input === undefined || known.length < 4 || !inLastDimension(operation.node)) return undefined;
  if (known.some((each) => sizeOf(each.shape) !== input.count)) return undefined;
  const epsilon = numberAttribute(operation.node.attr, 'epsilon') ?? 1e-3;
  const constantOf = (value: number, channel: number): number => {
    const factor = at(scale!, channel) / Math.sqrt(at(variance!, channel) + epsilon);
    const rest = at(offset!, channel) - at(mean!, channel) * factor;
    return Math.abs(factor) <= NOTHING ? rest : value * factor + rest;
  };
  const cuts = [1, 2, 3, 4].map((each): Cut => ({ input: each, as: 'vector' }));
  return keeping(operation, constantOf, {}, cuts);
};

const pooling: MakeSteps = (operation) =>
  inLastDimension(operation.node) ? keeping(operation, linear) : undefined;

/** A mean, or the like, over dimensions other than the channels. */
const reducing: MakeSteps = (operation) => {
  const input = operation.value(0);
  const axes = operation.constant(1);
  if (input === undefined || input.rank === null || input.flat || axes === undefined) return undefined;
  const own = new Set(Array.from(axes.values, (axis) => (Number(axis) + input.rank!) % input.rank!));
  if (own.has(input.rank - 1) || own.has(0)) return undefined;
  const rank = isSet(operation.node.attr, 'keep_dims') ? input.rank : input.rank - own.size;
  return keeping(operation, linear, { rank });
};

/** Channels stay apart where the last dimension holds them, or some positions with all channels of each. */
const reshaping: MakeSteps = (operation) => {
  const input = operation.value(0);
  const shape = operation.shape(1);
  const last = shape?.at(-1);
  if (input === undefined || shape === undefined || last === null || last === undefined) return undefined;
  const rank = shape.length;
  // In a row of all that a sample has there are all channels of some positions.
  if (last < 0 && rank !== 2) return undefined;
  if (last < 0 && shape[0] !== null && shape[0] !== 1) return undefined;
  if (last >= 0 && (last === 0 || last % input.count !== 0 || (input.flat && last !== input.count)))
    return undefined;
  const flat = input.flat || last !== input.count;
  return keeping(operation, linear, { rank, flat }, last < 0 ? [] : [{ input: 1, as: 'shape' }]);
};

/** Zeros around the input, but not in front of its channels or behind them. */
const padding: MakeSteps = (operation) => {
  const paddings = operation.constant(1);
  const value = operation.count > 2 ? operation.constant(2)?.values[0] : 0;
  const input = operation.value(0);
  const beside = paddings === undefined ? [] : Array.from(paddings.values, Number).slice(-2);
  if (beside.length < 2 || beside.some((size) => size !== 0) || input === undefined || input.flat)
    return undefined;
  const isMirror = operation.node.op === 'MirrorPad';
  return keeping(operation, (constant) =>
    isMirror || Math.abs(constant - Number(value)) <= NOTHING ? constant : Number.NaN,
  );
};

const joining: MakeSteps = (operation) => {
  const last = operation.count - 1;
  const inputs = Array.from({ length: last }, (_, input) => operation.value(input));
  const axis = operation.constant(last)?.values[0];
  const fits = inputs.every(
    (each) => each !== undefined && !each.flat && (axis === -1 || axis === (each.rank ?? 0) - 1),
  );
  return fits ? [{ rule: { kind: 'joins' }, reads: inputs.map((_, input) => input), cuts: [] }] : undefined;
};

/** An input of the model, all channels of which stay. */
const placeholder: MakeSteps = ({ node: { attr } }) => {
  const shape: unknown = Reflect.get(attr?.shape ?? {}, 'shape');
  const sizes: unknown = typeof shape === 'object' && shape !== null ? Reflect.get(shape, 'dim') : undefined;
  const last: unknown = Array.isArray(sizes) ? Reflect.get(Object(sizes.at(-1)), 'size') : undefined;
  const count = Number(last);
  if (!Array.isArray(sizes) || !(count > 0)) return undefined;
  return [{ rule: { kind: 'needs', output: varyingChannels(count, sizes.length) }, reads: [], cuts: [] }];
};

/** Every output channel depends on all channels of the input. */
const needing: MakeSteps = (operation) => {
  const input = operation.value(0);
  return (
    input && [
      { rule: { kind: 'needs', output: varyingChannels(input.count, input.rank) }, reads: [0], cuts: [] },
    ]
  );
};

const multiply = (one: number, other: number): number => (one === 0 || other === 0 ? 0 : one * other);

/** The steps of operations that are known to keep channels apart, or to need them all. */
export const OPERATION_RULES: Readonly<Record<string, MakeSteps>> = {
  Placeholder: placeholder,
  Conv1D: convolution,
  Conv2D: convolution,
  _FusedConv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  MatMul: product,
  _FusedMatMul: product,
  BiasAdd: arithmetic((one, other) => one + other),
  Add: arithmetic((one, other) => one + other),
  AddV2: arithmetic((one, other) => one + other),
  Sub: arithmetic((one, other) => one - other),
  Mul: arithmetic(multiply),
  RealDiv: arithmetic((one, other) => one / other),
  Maximum: arithmetic(Math.max),
  Minimum: arithmetic(Math.min),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  Relu: scalar(scalarActivation('relu')!),
  Relu6: scalar(scalarActivation('relu6')!),
  Elu: scalar((value) => elu(value)),
  Selu: scalar(scalarActivation('selu')!),
  Sigmoid: scalar(scalarActivation('sigmoid')!),
  Softplus: scalar(scalarActivation('softplus')!),
  Tanh: scalar(Math.tanh),
  Neg: scalar((value) => -value),
  Abs: scalar(Math.abs),
  Square: scalar((value) => value * value),
  LeakyRelu: (operation) => keeping(operation, leaky(numberAttribute(operation.node.attr, 'alpha') ?? 0.2)),
  ClipByValue: (operation) => {
    const [least, most] = [1, 2].map((input) => operation.constant(input)?.values[0]);
    return least === 0 && typeof most === 'number'
      ? keeping(operation, (value) => clip(value, most))
      : undefined;
  },
  Prelu: prelu,
  Identity: passing,
  StopGradient: passing,
  Snapshot: passing,
  ResizeBilinear: passing,
  ResizeNearestNeighbor: passing,
  MaxPool: pooling,
  AvgPool: pooling,
  Mean: reducing,
  Max: reducing,
  Min: reducing,
  Reshape: reshaping,
  Pad: padding,
  PadV2: padding,
  MirrorPad: padding,
  ConcatV2: joining,
  Softmax: needing,
};
