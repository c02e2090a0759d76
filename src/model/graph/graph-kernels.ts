import type { NamedTensor, Weight } from '../../core/index.js';
import { type CallGraph, callsAtOutputs, edgesOf } from '../edges.js';
import { isSet, textsAttribute } from './attributes.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';
import { constantBehind } from './graph-source.js';
import { inOrder } from './in-order.js';

/** A constant of a graph model that an operation uses as its kernel. */
type Kernel = Omit<Weight, 'atOutput'> & { readonly role: 'kernel' };

/** An input of an operation that may be a kernel, and its output channels, counted from the last dimension. */
interface KernelInput {
  readonly index: number;
  readonly axes: readonly number[];
}

const LAST = [{ index: 1, axes: [-1] }]; // [..., in, out]
const LAST_TWO = [{ index: 1, axes: [-2, -1] }]; // [height, width, in, multiplier]
const LAST_BUT_ONE = [{ index: 1, axes: [-2] }]; // [height, width, out, in]
const ROWS_OF_TABLE = [{ index: 0, axes: [-1] }]; // [rows, dimensions]

/** The inputs of operations that are kernels, where these are constants. */
export const KERNEL_INPUTS: Readonly<Record<string, readonly KernelInput[]>> = {
  Conv1D: LAST,
  Conv2D: LAST,
  _FusedConv2D: LAST,
  Conv3D: LAST,
  DepthwiseConv2d: LAST_TWO,
  DepthwiseConv2dNative: LAST_TWO,
  FusedDepthwiseConv2dNative: LAST_TWO,
  Conv2DBackpropInput: LAST_BUT_ONE,
  Gather: ROWS_OF_TABLE,
  GatherV2: ROWS_OF_TABLE,
  ResourceGather: ROWS_OF_TABLE,
};

/** Either side of a product may be the constant: on the right the columns are channels, on the left the rows. */
export const PRODUCTS: Readonly<Record<string, readonly [left: string, right: string]>> = {
  MatMul: ['transpose_a', 'transpose_b'],
  _FusedMatMul: ['transpose_a', 'transpose_b'],
  BatchMatMul: ['adj_x', 'adj_y'],
  BatchMatMulV2: ['adj_x', 'adj_y'],
};

/**
 * Lists all weights of a graph model in their own order; kernels are the constants that its convolutions, products and
 * table look-ups use as such, functions in the library included.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @throws QgtError `bad-model` where it is malformed.
 */
export function findGraphWeights(topology: unknown, weights: readonly NamedTensor[]): Weight[] {
  const { main, functions } = parseGraph(topology);
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const inMain = kernelsByNode(main, byName);
  const graph = callGraphOf(main, byName);
  const hasKernel = ({ node }: NodeCall) => inMain.has(node.name);
  const edges = new Map([...edgesOf(graph, hasKernel)].map(([{ node }, edge]) => [node.name, edge]));
  const kernels = mergeKernels([
    ...[...inMain].map(([node, kernel]) => ({ ...kernel, edge: edges.get(node) ?? null })),
    ...functions.flatMap((scope) =>
      [...kernelsByNode(scope, byName).values()].map((kernel) => ({ ...kernel, edge: null })),
    ),
  ]);
  const atOutputs = new Set(
    [...callsAtOutputs(graph, hasKernel)].flatMap(({ node: { input } }) =>
      (input ?? []).flatMap((each) => constantBehind(each, [], main, byName)?.weight.name ?? []),
    ),
  );
  const vectors = vectorsOfLayers(main, inMain, byName);
  return weights.map((weight) => ({
    ...(kernels.get(weight.name) ?? inFloat(weight, vectors.get(weight.name))),
    atOutput: atOutputs.has(weight.name),
  }));
}

/** Use of a constant by an operation with a kernel. */
interface VectorUse {
  readonly layer: string;
  readonly use: 'bias' | 'slopes of an activation';
}

/** @param used  The operation whose product it is added to, or whose activation it shapes; left out: none. */
function inFloat({ name, shape, dtype }: NamedTensor, used?: VectorUse): Omit<Weight, 'atOutput'> {
  const layer = used?.layer ?? name;
  const reason = dtype === 'float32' ? (used?.use ?? 'no operation uses it as a kernel') : `${dtype} values`;
  return { name, layer, kind: 'Const', shape, role: 'float', reason, channelAxes: [], edge: null };
}

/** Operations that add a bias to a product. */
export const ADDITIONS: ReadonlySet<string> = new Set(['BiasAdd', 'Add', 'AddV2']);

/** Place of the slopes among the inputs of a fused operation: behind data, kernel and bias. */
const FUSED_SLOPES = 3;

/** By constant: the operation whose product it is added to, or is an activation's slopes of, by that operation itself or by the next. */
function vectorsOfLayers(
  { nodes, byName }: GraphScope,
  kernels: ReadonlyMap<string, unknown>,
  weights: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, VectorUse> {
  const found = new Map<string, VectorUse>();
  for (const { name, op, input, attr } of nodes) {
    const sources = (input ?? []).map((each) => byName.get(nodeName(each))?.name ?? '');
    const hasKernel = kernels.has(name);
    const layer = hasKernel ? name : sources.find((source) => kernels.has(source));
    const slopes = hasKernel
      ? textsAttribute(attr, 'fused_ops').includes('prelu')
        ? sources[FUSED_SLOPES]
        : undefined
      : op === 'Prelu'
        ? sources[1]
        : undefined;
    if (slopes !== undefined && weights.has(slopes))
      found.set(slopes, { layer: layer ?? slopes, use: 'slopes of an activation' });
    if (layer === undefined || !(hasKernel || ADDITIONS.has(op))) continue;
    for (const source of sources)
      if (source !== slopes && weights.get(source)?.shape.length === 1)
        found.set(source, { layer, use: 'bias' });
  }
  return found;
}

/** The kernel of each node of the main graph, or of a function, that has one. */
export function kernelsByNode(
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): ReadonlyMap<string, Omit<Kernel, 'edge'>> {
  return new Map(
    scope.nodes.flatMap((node) => {
      const kernel = kernelOf(node, scope, weights);
      return kernel === undefined ? [] : [[node.name, kernel] as const];
    }),
  );
}

/** Kernels by their names: one that several nodes use is told by the first, and at an edge where any of them is. */
function mergeKernels(kernels: readonly Kernel[]): ReadonlyMap<string, Kernel> {
  const merged = new Map<string, Kernel>();
  for (const kernel of kernels) {
    const known = merged.get(kernel.name);
    if (known === undefined) merged.set(kernel.name, kernel);
    else if (kernel.edge !== null && known.edge !== 'first')
      merged.set(kernel.name, { ...known, edge: kernel.edge });
  }
  return merged;
}

function kernelOf(
  node: GraphNode,
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): Omit<Kernel, 'edge'> | undefined {
  for (const { index, axes } of kernelInputs(node)) {
    const input = node.input?.[index];
    const source = input === undefined ? undefined : constantBehind(input, axes, scope, weights);
    if (source === undefined || source.weight.dtype !== 'float32' || source.weight.shape.length < 2) continue;
    const { name, shape } = source.weight;
    const { channelAxes } = source;
    return { name, layer: node.name, kind: node.op, shape, role: 'kernel', channelAxes };
  }
  return undefined;
}

function kernelInputs({ op, attr }: GraphNode): readonly KernelInput[] {
  if (Object.hasOwn(KERNEL_INPUTS, op)) return KERNEL_INPUTS[op]!;
  if (!Object.hasOwn(PRODUCTS, op)) return [];
  const [left, right] = PRODUCTS[op]!;
  return [
    { index: 1, axes: [isSet(attr, right) ? -2 : -1] },
    { index: 0, axes: [isSet(attr, left) ? -1 : -2] },
  ];
}

/** A node as a call. */
interface NodeCall {
  readonly node: GraphNode;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The nodes as calls: what is no constant and reads nothing is an input, what nobody reads an output. */
function callGraphOf(
  { nodes, byName }: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): CallGraph<NodeCall> {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const read = new Set<number>();
  const calls = inOrder(nodes, byName).map((node) => {
    const inputs = (node.input ?? [])
      .map((each) => numbers.get(nodeName(each))!)
      .filter((each) => each !== undefined);
    for (const each of inputs) read.add(each);
    return { node, inputs, outputs: [numbers.get(node.name)!] };
  });
  const isInput = ({ op, name }: GraphNode): boolean => /^Placeholder/.test(op) && !weights.has(name);
  return {
    calls,
    inputs: nodes.filter(isInput).map(({ name }) => numbers.get(name)!),
    outputs: calls.flatMap(({ outputs }) => outputs).filter((value) => !read.has(value)),
  };
}
