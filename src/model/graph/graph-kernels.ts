import type { Edge, NamedTensor, Weight } from '../../core/index.js';
import { edgesOf } from '../edges.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';
import { constantBehind } from './graph-source.js';

/** A constant of a graph model that an operation uses as its kernel. */
type Kernel = Weight & { readonly role: 'kernel' };

/** An input of an operation that may be a kernel, and its output channels, counted from the last dimension. */
interface KernelInput {
  readonly index: number;
  readonly axes: readonly number[];
}

const LAST = [{ index: 1, axes: [-1] }]; // [..., in, out]
const LAST_TWO = [{ index: 1, axes: [-2, -1] }]; // [height, width, in, multiplier]
const LAST_BUT_ONE = [{ index: 1, axes: [-2] }]; // [height, width, out, in]
const ROWS_OF_TABLE = [{ index: 0, axes: [-1] }]; // [rows, dimensions]

const KERNEL_INPUTS: Readonly<Record<string, readonly KernelInput[]>> = {
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
const PRODUCTS: Readonly<Record<string, readonly [left: string, right: string]>> = {
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
  const kernels = findKernels(topology, weights);
  return weights.map((weight) => kernels.get(weight.name) ?? inFloat(weight));
}

function inFloat({ name, shape, dtype }: NamedTensor): Weight {
  const reason = dtype === 'float32' ? 'no operation uses it as a kernel' : `${dtype} values`;
  return { name, layer: name, kind: 'Const', shape, role: 'float', reason, channelAxes: [], edge: null };
}

function findKernels(topology: unknown, weights: readonly NamedTensor[]): ReadonlyMap<string, Kernel> {
  const { main, functions } = parseGraph(topology);
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const found = new Map<string, Kernel>();
  for (const scope of [main, ...functions]) {
    const kernels = new Map(scope.nodes.map((node) => [node.name, kernelOf(node, scope, byName)]));
    const edges =
      scope === main
        ? nodeEdges(scope, byName, (name) => kernels.get(name) !== undefined)
        : new Map<string, 'first' | 'last'>();
    for (const [name, kernel] of kernels) {
      if (kernel === undefined) continue;
      const edge: Edge = edges.get(name) ?? null;
      const known = found.get(kernel.name);
      if (known === undefined) found.set(kernel.name, { ...kernel, edge });
      else if (edge !== null && known.edge !== 'first') found.set(kernel.name, { ...known, edge });
    }
  }
  return found;
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
    { index: 1, axes: [isSet(attr?.[right]) ? -2 : -1] },
    { index: 0, axes: [isSet(attr?.[left]) ? -1 : -2] },
  ];
}

function isSet(attribute: unknown): boolean {
  return typeof attribute === 'object' && attribute !== null && Reflect.get(attribute, 'b') === true;
}

/** Edges over the main graph: what is no constant and reads nothing is an input, what nobody reads an output. */
function nodeEdges(
  { nodes, byName }: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
  hasKernel: (name: string) => boolean,
): Map<string, 'first' | 'last'> {
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const read = new Set<number>();
  const calls = inOrder(nodes, byName).map(({ name, input }) => {
    const inputs = (input ?? [])
      .map((each) => numbers.get(nodeName(each))!)
      .filter((each) => each !== undefined);
    for (const each of inputs) read.add(each);
    return { name, inputs, outputs: [numbers.get(name)!] };
  });
  const isInput = ({ op, name }: GraphNode): boolean => /^Placeholder/.test(op) && !weights.has(name);
  const edges = edgesOf(
    {
      calls,
      inputs: nodes.filter(isInput).map(({ name }) => numbers.get(name)!),
      outputs: calls.flatMap(({ outputs }) => outputs).filter((value) => !read.has(value)),
    },
    ({ name }) => hasKernel(name),
  );
  return new Map([...edges].map(([{ name }, edge]) => [name, edge]));
}

/** The nodes, each after those that it reads; a loop is cut where it closes. */
function inOrder(nodes: readonly GraphNode[], byName: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const ordered = new Set<GraphNode>();
  const entered = new Set<GraphNode>();
  for (const start of nodes) {
    const stack = [start];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const ahead = (node.input ?? []).map((input) => byName.get(nodeName(input)));
      const next = entered.has(node)
        ? undefined
        : ahead.filter((each) => each !== undefined && !entered.has(each));
      entered.add(node);
      if (next === undefined || next.length === 0) {
        ordered.add(node);
        stack.pop();
      } else stack.push(...(next as GraphNode[]));
    }
  }
  return [...ordered];
}
