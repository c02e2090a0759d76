import { z } from 'zod';
import { freeName } from '../free-name.js';
import type { LoadedModel } from '../loaded-model.js';
import { textAttribute, textsAttribute } from './attributes.js';
import { type GraphNode, parseGraph } from './graph-def.js';

/** Convolutions, and the operation that does nothing else. */
const PLAIN = {
  Conv2D: 'Conv2D',
  _FusedConv2D: 'Conv2D',
  DepthwiseConv2dNative: 'DepthwiseConv2dNative',
  FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
} as const;

/** Operations of the activations that tfjs fuses, by their names there in lower case. */
const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  prelu: 'Prelu',
  leakyrelu: 'LeakyRelu',
  sigmoid: 'Sigmoid',
};

/** A convolution of channels that come last, with a bias and an activation fused into it or neither. */
export interface Convolution {
  readonly node: GraphNode;
  readonly op: (typeof PLAIN)[keyof typeof PLAIN];
  readonly hasBias: boolean;
  /** Operation of the activation; undefined: there is none. */
  readonly activation: string | undefined;
}

const isConvolution = (op: string): op is keyof typeof PLAIN => Object.hasOwn(PLAIN, op);

/** Reads a node as a convolution; null: it is something else, or has something else fused into it. */
export function readConvolution(node: GraphNode): Convolution | null {
  const { op, attr } = node;
  if (!isConvolution(op) || (textAttribute(attr, 'data_format') ?? 'nhwc') !== 'nhwc') return null;
  const [first, second, ...others] = textsAttribute(attr, 'fused_ops');
  if (first !== undefined && first !== 'biasadd') return null;
  const activation = second === undefined ? undefined : ACTIVATIONS[second];
  if (others.length > 0 || (second !== undefined && activation === undefined)) return null;
  return { node, op: PLAIN[op], hasBias: first !== undefined, activation };
}

/**
 * Lists the operations of a convolution one by one; the last of them has its name.
 *
 * @param isTaken  Whether the graph has a node or a weight of a name.
 * @param behind   Operation to put behind the product; left out: none.
 */
export function inParts(
  { node: { name, input, attr }, op, hasBias, activation }: Convolution,
  isTaken: (name: string) => boolean,
  behind?: Pick<GraphNode, 'op' | 'attr'>,
): GraphNode[] {
  const [x, kernel, bias, slope] = input ?? [];
  const { fused_ops: _, num_args: __, leakyrelu_alpha: alpha, ...own } = attr ?? {};
  const parts: Omit<GraphNode, 'name'>[] = [{ op, input: [x!, kernel!], attr: own }];
  if (behind !== undefined) parts.push({ ...behind, input: [] });
  if (hasBias) parts.push({ op: 'BiasAdd', input: [bias!], attr: { T: own.T } });
  if (activation !== undefined) {
    const attributes = { T: own.T, ...(alpha === undefined ? {} : { alpha }) };
    parts.push({ op: activation, input: activation === 'Prelu' ? [slope!] : [], attr: attributes });
  }
  const names = parts.map((_, index) =>
    index === parts.length - 1 ? name : freeName(`${name}/part_${index}`, isTaken),
  );
  return parts.map((part, index) => ({
    ...part,
    name: names[index]!,
    input: index === 0 ? part.input : [names[index - 1]!, ...part.input!],
  }));
}

const dilationsSchema = z.object({
  dilations: z.object({ list: z.object({ i: z.array(z.coerce.number()) }) }),
});

/**
 * A graph whose dilated convolutions add their bias in an operation of its own, where they do nothing else: stock tfjs
 * refuses the gradient of these alone, and takes all others apart itself.
 */
export function withoutFusedDilation(loaded: LoadedModel): LoadedModel {
  const { topology, weights } = loaded;
  const { main } = parseGraph(topology, loaded.source);
  const taken = new Set([...main.byName.keys(), ...weights.map(({ name }) => name)]);
  const node = main.nodes.flatMap((each) => withoutDilation(each, (name) => taken.has(name)));
  return { ...loaded, topology: { ...topology, node } };
}

function withoutDilation(node: GraphNode, isTaken: (name: string) => boolean): GraphNode[] {
  const convolution = readConvolution(node);
  const { data } = dilationsSchema.safeParse(node.attr);
  if (!convolution?.hasBias || convolution.activation !== undefined || data === undefined) return [node];
  return data.dilations.list.i.some((step) => step !== 1) ? inParts(convolution, isTaken) : [node];
}
