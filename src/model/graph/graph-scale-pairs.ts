import { sizeOf } from '../../core/index.js';
import type { LoadedModel } from '../loaded-model.js';
import type { ScalePair } from '../transforms/cross-layer-equalization.js';
import { textAttribute, textsAttribute } from './attributes.js';
import { readersOf } from './dead-channels/graph-channels.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';
import { ADDITIONS } from './graph-kernels.js';
import { signatureOutputs } from './signature.js';

/** Operations that make `s * y` of `s * x` for every s > 0, in each channel by itself. */
const HOMOGENEOUS = new Set(
  'Relu LeakyRelu Prelu MaxPool AvgPool Pad MirrorPad Identity Abs ResizeBilinear ResizeNearestNeighbor'.split(
    ' ',
  ),
);
const DEPTHWISE = new Set(['DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative']);
const KERNELS = new Set([...DEPTHWISE, 'Conv2D', '_FusedConv2D']);
/** Operations that may be fused with a kernel before another one. */
const FUSED = new Set(['biasadd', 'relu', 'leakyrelu', 'prelu']);

/** A graph, and its constants by name. */
interface Graph {
  readonly scope: GraphScope;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Whether only one node reads what a node makes, and it is no output. */
  isOwn(name: string): boolean;
}

/**
 * Finds each kernel of a graph's main part that is followed by a depthwise kernel, with nothing between them but
 * operations that are positively homogeneous, or add a constant a channel, and are read by nothing else.
 *
 * @see Nagel et al. 2019, arXiv:1906.04721, section 4.1.
 */
export function findGraphScalePairs(
  { topology, metadata }: Pick<LoadedModel, 'topology' | 'metadata'>,
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): ScalePair[] {
  const { main } = parseGraph(topology);
  const readers = readersOf(main.nodes);
  const outputs = signatureOutputs(metadata);
  const graph: Graph = {
    scope: main,
    shapes: new Map(tensors.map(({ name, shape }) => [name, shape])),
    isOwn: (name) => readers.get(name) === 1 && !outputs.has(name),
  };
  return main.nodes.flatMap((node) => {
    const to = kernelOf(node, graph);
    if (!DEPTHWISE.has(node.op) || to === undefined) return [];
    const channels = graph.shapes.get(to)![2];
    return channels === undefined ? [] : pairsBefore(node, to, channels, graph);
  });
}

/** The pair that a depthwise kernel is the second of; none where something on the way isn't known. */
function pairsBefore(to: GraphNode, kernel: string, channels: number, graph: Graph): ScalePair[] {
  const biases: string[] = [];
  for (let name = nodeName(to.input?.[0] ?? ''); ; ) {
    const node = graph.scope.byName.get(name);
    if (node === undefined || !graph.isOwn(name)) return [];
    const inputs = (node.input ?? []).map(nodeName);
    if (KERNELS.has(node.op)) {
      const from = kernelOf(node, graph);
      const own = fusedBias(node, channels, graph);
      return from === undefined || own === undefined
        ? []
        : [{ from, biases: [...biases, ...own], to: kernel }];
    }
    const constant = inputs.findIndex((input) => isVector(input, channels, graph));
    if (ADDITIONS.has(node.op) && constant >= 0) {
      biases.push(inputs[constant]!);
      name = inputs[1 - constant]!;
    } else if (HOMOGENEOUS.has(node.op)) name = inputs[0]!;
    else return [];
  }
}

/** The constant that is a node's kernel and no other's; undefined where there is none, or channels are not last. */
function kernelOf({ op, input, attr }: GraphNode, { shapes, isOwn }: Graph): string | undefined {
  const name = nodeName(input?.[1] ?? '');
  const isKernel = KERNELS.has(op) && shapes.get(name)?.length === 4 && isOwn(name);
  return isKernel && textAttribute(attr, 'data_format') !== 'nchw' ? name : undefined;
}

/** The biases that are fused with a kernel; undefined where something else is that doesn't keep factors. */
function fusedBias({ input, attr }: GraphNode, channels: number, graph: Graph): string[] | undefined {
  const fused = textsAttribute(attr, 'fused_ops');
  if (fused.some((each) => !FUSED.has(each))) return undefined;
  if (!fused.includes('biasadd')) return [];
  const bias = nodeName(input?.[2] ?? '');
  return isVector(bias, channels, graph) ? [bias] : undefined;
}

/** Whether a constant of one node has a value for each channel. */
function isVector(name: string, channels: number, { shapes, isOwn }: Graph): boolean {
  const shape = shapes.get(name);
  return shape !== undefined && shape.at(-1) === channels && sizeOf(shape) === channels && isOwn(name);
}
