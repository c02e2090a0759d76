import type { NamedTensor } from '../../core/index.js';
import { type GraphNode, nodeName, parseGraph, readersOf } from './graph-def.js';
import { ADDITIONS, kernelsByNode } from './graph-kernels.js';
import { type Convolution, inParts, readConvolution } from './take-apart.js';

/** A kernel whose product a graph in training normalizes, channel by channel. */
export interface NormalizedKernel {
  /** Names of the kernel, and of the bias that is added to its product. */
  readonly kernel: string;
  readonly bias: string;
  readonly channels: number;
}

/** A graph with operations that normalize the products of kernels, each told by its number in `kernels`. */
export interface NormalizedGraph {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly kernels: readonly NormalizedKernel[];
}

/** Attribute by which an operation that normalizes is told from the others. */
export const NORMALIZER = 'normalizer';

/** Dimensions of a kernel [height, width, in, out or multiplier] that are its output channels. */
const CHANNEL_AXES: Readonly<Record<Convolution['op'], readonly number[]>> = {
  Conv2D: [3],
  DepthwiseConv2dNative: [2, 3],
};

/**
 * Puts an operation behind the product of each of some kernels that normalizes it: between a convolution and its bias,
 * whether that is fused into it or not.
 *
 * Left out are kernels that several operations read, and those whose bias is no constant of their own.
 *
 * @param normalizer  Operation that normalizes, which has to be known to tfjs, and its attributes; `NORMALIZER` is added,
 *                    the kernel's number.
 * @param wanted   Names of kernels.
 */
export function withNormalizers(
  topology: Readonly<Record<string, unknown>>,
  weights: readonly NamedTensor[],
  wanted: ReadonlySet<string>,
  normalizer: Pick<GraphNode, 'op' | 'attr'>,
): NormalizedGraph {
  const { main } = parseGraph(topology);
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const readers = readersOf(main.nodes);
  const owners = kernelsByNode(main, byName);
  const kernels: NormalizedKernel[] = [];
  const nodes = main.nodes.flatMap((node): GraphNode[] => {
    const kernel = owners.get(node.name);
    const convolution = kernel === undefined || !wanted.has(kernel.name) ? null : readConvolution(node);
    if (kernel === undefined || convolution === null) return [node];
    const isOwn = (name: string | undefined): name is string =>
      name !== undefined && byName.has(name) && readers.get(name)?.length === 1;
    const [, kernelName] = node.input ?? [];
    const isChannelled =
      kernel.shape.length === 4 && `${kernel.channelAxes}` === `${CHANNEL_AXES[convolution.op]}`;
    if (!isOwn(kernelName) || kernelName !== kernel.name || !isChannelled) return [node];
    const bias = biasOf(convolution, (name) => readers.get(name) ?? [], main.byName);
    const channels = kernel.channelAxes.reduce((product, axis) => product * kernel.shape[axis]!, 1);
    if (!isOwn(bias) || `${byName.get(bias)!.shape}` !== `${channels}`) return [node];
    kernels.push({ kernel: kernel.name, bias, channels });
    const attr = { ...normalizer.attr, [NORMALIZER]: { i: kernels.length - 1 } };
    const isTaken = (name: string): boolean => main.byName.has(name) || byName.has(name);
    return inParts(convolution, isTaken, { op: normalizer.op, attr });
  });
  return { topology: { ...topology, node: nodes }, kernels };
}

/** Name of what is added to a product: by the operation itself, or by the only one that reads it. */
function biasOf(
  { node, hasBias }: Convolution,
  readersBy: (name: string) => readonly string[],
  byName: ReadonlyMap<string, GraphNode>,
): string | undefined {
  if (hasBias) return node.input?.[2];
  const [reader, ...others] = readersBy(node.name);
  const next = reader === undefined ? undefined : byName.get(reader);
  if (next === undefined || others.length > 0 || !ADDITIONS.has(next.op)) return undefined;
  return next.input?.find((each) => nodeName(each) !== node.name);
}
