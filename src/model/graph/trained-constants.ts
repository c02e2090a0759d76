import { type NamedTensor, sizeOf } from '../../core/index.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph, readersOf } from './graph-def.js';
import { ADDITIONS, kernelsByNode } from './graph-kernels.js';
import { constantBehind } from './graph-source.js';

/** Inputs of operations that hold a vector of theirs alone, whatever its size: biases, slopes, BatchNorm's gamma and beta. */
export const OWN_VECTORS: Readonly<Record<string, readonly number[]>> = {
  BiasAdd: [1],
  Prelu: [1],
  _FusedConv2D: [2, 3],
  _FusedMatMul: [2, 3],
  FusedDepthwiseConv2dNative: [2, 3],
  FusedBatchNorm: [1, 2],
  FusedBatchNormV2: [1, 2],
  FusedBatchNormV3: [1, 2],
};

/** Operations that add or multiply what comes in; a single number in them may be anything. */
const AFFINE = new Set(['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv']);

/**
 * Lists the constants of the main graph that a training moves: kernels, and vectors that affine operations behind a
 * kernel add or multiply with.
 *
 * Shape arithmetic, what prepares the inputs and single numbers stay as they are, but for the bias of a single channel.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @returns Names.
 */
export function trainedConstants(topology: unknown, weights: readonly NamedTensor[]): ReadonlySet<string> {
  const { main } = parseGraph(topology);
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const kernels = kernelsByNode(main, byName);
  const isSingle = (node: string): boolean => {
    const { channelAxes = [], shape = [] } = kernels.get(node) ?? {};
    return channelAxes.length > 0 && channelAxes.every((axis) => shape[axis] === 1);
  };
  const behind = readersBehind(main, new Set(kernels.keys()));
  const vectors = main.nodes
    .filter(({ name }) => behind.has(name))
    .flatMap((node) => vectorsOf(node, main, byName, isSingle));
  return new Set([...[...kernels.values()].map(({ name }) => name), ...vectors]);
}

/** The nodes with kernels, and all that are computed from them. */
function readersBehind({ nodes }: GraphScope, start: ReadonlySet<string>): ReadonlySet<string> {
  const readers = readersOf(nodes);
  const found = new Set(start);
  // A set's iteration goes on to what is added meanwhile.
  for (const name of found) for (const reader of readers.get(name) ?? []) found.add(reader);
  return found;
}

/** @param isSingle  Whether a node has a kernel of one channel. */
function vectorsOf(
  { op, input }: GraphNode,
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
  isSingle: (node: string) => boolean,
): string[] {
  const own = Object.hasOwn(OWN_VECTORS, op) ? OWN_VECTORS[op]! : [];
  const inputs = (input ?? []).filter((each) => !each.startsWith('^'));
  const isOneBias = ADDITIONS.has(op) && inputs.some((each) => isSingle(nodeName(each)));
  return inputs.flatMap((each, index) => {
    const isOwn = own.includes(index);
    if (!isOwn && !AFFINE.has(op)) return [];
    const weight = constantBehind(each, [], scope, weights)?.weight;
    if (weight?.dtype !== 'float32' || weight.shape.length === 0) return [];
    const isOne = sizeOf(weight.shape) === 1;
    return isOwn || (isOne ? isOneBias : hasOneSide(weight)) ? [weight.name] : [];
  });
}

/** Whether all values of a tensor, which are several, lie along one dimension. */
const hasOneSide = ({ shape }: NamedTensor): boolean => shape.filter((size) => size !== 1).length === 1;
