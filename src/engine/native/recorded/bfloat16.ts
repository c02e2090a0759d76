import { type GraphNode, typeOf } from './graph.js';

/** TensorFlow's numbers: DT_FLOAT and DT_BFLOAT16 of types.proto. */
const FLOAT32 = 1;
const BFLOAT16 = 14;

/** Inputs and outputs of an op that are converted to bfloat16, by index. */
interface Conversion {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Only worth it where its first inputs are in bfloat16 already. */
  readonly follows: boolean;
}

const convolution = (...inputs: number[]): Conversion => ({ inputs, outputs: [0], follows: false });
const follower = (...inputs: number[]): Conversion => ({ inputs, outputs: [0], follows: true });

/**
 * Convolutions, and what comes between them, so that activations stay as they are from one to the next.
 *
 * Depthwise convolutions are left out: they are slower in bfloat16. BatchNorm's statistics stay in float32.
 */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  Conv2D: convolution(0, 1),
  Conv2DBackpropInput: convolution(1, 2),
  Conv2DBackpropFilter: convolution(0, 2),
  FusedBatchNormV3: follower(0),
  FusedBatchNormGradV3: follower(0, 1),
  Relu: follower(0),
  ReluGrad: follower(0, 1),
  Relu6: follower(0),
  Relu6Grad: follower(0, 1),
  Add: follower(0, 1),
  AddV2: follower(0, 1),
  BiasAddGrad: follower(0),
};

/** The same graph with its convolutions in bfloat16; inputs, outputs and variables stay in float32. */
export function inBfloat16(nodes: readonly GraphNode[]): GraphNode[] {
  const converted: GraphNode[] = [];
  /** Outputs that are in bfloat16, by the name that they had. */
  const narrow = new Set<string>();
  const casts = new Map<string, string>();
  const cast = (from: string, type: number): string => {
    const key = `${from} ${type}`;
    const known = casts.get(key);
    if (known !== undefined) return known;
    const name = `cast${casts.size}`;
    converted.push({
      name,
      op: 'Cast',
      inputs: [from],
      attributes: {
        SrcT: typeOf(type === BFLOAT16 ? FLOAT32 : BFLOAT16),
        DstT: typeOf(type),
        Truncate: { kind: 'bool', value: false },
      },
    });
    casts.set(key, `${name}:0`);
    return `${name}:0`;
  };
  const inType = (input: string, type: number): string =>
    narrow.has(input) === (type === BFLOAT16) ? input : cast(input, type);

  for (const node of nodes) {
    const conversion = conversionOf(node, narrow);
    const inputs = node.inputs.map((input, index) =>
      input.startsWith('^') ? input : inType(input, conversion?.inputs.includes(index) ? BFLOAT16 : FLOAT32),
    );
    converted.push({
      ...node,
      inputs,
      attributes: conversion === null ? node.attributes : { ...node.attributes, T: typeOf(BFLOAT16) },
    });
    for (const output of conversion?.outputs ?? []) narrow.add(`${node.name}:${output}`);
  }
  return converted;
}

function conversionOf({ op, inputs, attributes }: GraphNode, narrow: ReadonlySet<string>): Conversion | null {
  const conversion = CONVERSIONS[op];
  const type = attributes.T;
  if (conversion === undefined || type?.kind !== 'type' || type.value !== FLOAT32) return null;
  return conversion.follows && !narrow.has(inputs[conversion.inputs[0]!]!) ? null : conversion;
}
