import { z } from 'zod';
import type { NamedTensor } from '../../core/index.js';
import { type GraphNode, nodeName, parseGraph, readersOf } from './graph-def.js';
import { kernelsByNode } from './graph-kernels.js';

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

const PLAIN: Readonly<Record<string, string>> = {
  Conv2D: 'Conv2D',
  _FusedConv2D: 'Conv2D',
  DepthwiseConv2dNative: 'DepthwiseConv2dNative',
  FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
};
/** Dimensions of a kernel [height, width, in, out or multiplier] that are its output channels. */
const CHANNEL_AXES: Readonly<Record<string, readonly number[]>> = {
  Conv2D: [3],
  DepthwiseConv2dNative: [2, 3],
};
const ADDITIONS = new Set(['BiasAdd', 'Add', 'AddV2']);

const attributesSchema = z.object({
  data_format: z.object({ s: z.string() }).optional(),
  fused_ops: z.object({ list: z.object({ s: z.array(z.string()) }) }).optional(),
});

/** How an operation ends: what is fused into it, in order. */
interface Kernelled {
  readonly node: GraphNode;
  readonly plain: string;
  readonly fused: readonly string[];
}

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
    const kernelled = kernel === undefined || !wanted.has(kernel.name) ? null : readKernelled(node);
    if (kernel === undefined || kernelled === null) return [node];
    const isOwn = (name: string | undefined): name is string =>
      name !== undefined && byName.has(name) && readers.get(name)?.length === 1;
    const [, kernelName] = node.input ?? [];
    const isChannelled =
      kernel.shape.length === 4 && `${kernel.channelAxes}` === `${CHANNEL_AXES[kernelled.plain]}`;
    if (!isOwn(kernelName) || kernelName !== kernel.name || !isChannelled) return [node];
    const bias = biasOf(kernelled, (name) => readers.get(name) ?? [], main.byName);
    const channels = kernel.channelAxes.reduce((product, axis) => product * kernel.shape[axis]!, 1);
    if (!isOwn(bias) || `${byName.get(bias)!.shape}` !== `${channels}`) return [node];
    kernels.push({ kernel: kernel.name, bias, channels });
    const attr = { ...normalizer.attr, [NORMALIZER]: { i: kernels.length - 1 } };
    return takenApart(kernelled, { op: normalizer.op, attr });
  });
  return { topology: { ...topology, node: nodes }, kernels };
}

/** A convolution of channels that come last, and what is fused into it; null: it is something else. */
function readKernelled(node: GraphNode): Kernelled | null {
  const plain = Object.hasOwn(PLAIN, node.op) ? PLAIN[node.op] : undefined;
  const { data } = attributesSchema.safeParse(node.attr ?? {});
  if (plain === undefined || data === undefined) return null;
  const format = data.data_format === undefined ? 'NHWC' : decoded(data.data_format.s);
  if (format !== 'NHWC') return null;
  return { node, plain, fused: (data.fused_ops?.list.s ?? []).map(decoded) };
}

/** A string attribute, which is stored in base64. */
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();

/** Name of what is added to a product: by the operation itself, or by the only one that reads it. */
function biasOf(
  { node, fused }: Kernelled,
  readersBy: (name: string) => readonly string[],
  byName: ReadonlyMap<string, GraphNode>,
): string | undefined {
  if (fused.length > 0) return fused[0] === 'BiasAdd' && fused.length <= 2 ? node.input?.[2] : undefined;
  const [reader, ...others] = readersBy(node.name);
  const next = reader === undefined ? undefined : byName.get(reader);
  if (next === undefined || others.length > 0 || !ADDITIONS.has(next.op)) return undefined;
  return next.input?.find((each) => nodeName(each) !== node.name);
}

/** The operations one by one; the last of them has the name. */
function takenApart(
  { node, plain, fused }: Kernelled,
  normalizer: Omit<GraphNode, 'name' | 'input'>,
): GraphNode[] {
  const { name } = node;
  const [x, kernel, bias, slope] = node.input ?? [];
  const { fused_ops: _, num_args: __, leakyrelu_alpha: alpha, ...attr } = node.attr ?? {};
  const product = { name: `${name}/product`, op: plain, input: [x!, kernel!], attr };
  const normalized = { ...normalizer, input: [product.name] };
  if (fused.length === 0) return [product, { ...normalized, name }];
  const [, activation] = fused;
  const inside = `${name}/normalized`;
  const biased = {
    name: activation === undefined ? name : `${name}/biased`,
    op: 'BiasAdd',
    input: [inside, bias!],
    attr: { T: attr.T },
  };
  const last =
    activation === undefined
      ? []
      : [
          {
            name,
            op: activation,
            input: [biased.name, ...(activation === 'Prelu' ? [slope!] : [])],
            attr: { T: attr.T, ...(alpha === undefined ? {} : { alpha }) },
          },
        ];
  return [product, { ...normalized, name: inside }, biased, ...last];
}
