import type { NamedTensor } from '../../../core/index.js';
import { freeName } from '../../free-name.js';
import type { ChannelRule, MixingRule } from '../../layers/channel-rule.js';
import type { KeptChannels, Stays } from '../../transforms/dead-channels/removable.js';
import { addedByRemoved, biasWith } from '../../transforms/dead-channels/removal.js';
import { keptIndices, takeAlongAxis } from '../../transforms/dead-channels/take-along-axis.js';
import { type GraphNode, nodeName } from '../graph-def.js';
import type { GraphChannels } from './graph-channels.js';
import type { Cut } from './operation-rules.js';

/** A graph whose constants are being changed. */
export interface EditedGraph {
  readonly nodes: readonly GraphNode[];
  readonly weights: ReadonlyMap<string, NamedTensor>;
}

/** Who uses a constant, by its name. */
export interface ConstantUses {
  /** Whether more than one node reads it. */
  isShared(name: string): boolean;
  /** Whether something outside of the main graph has it. */
  isKnownElsewhere(name: string): boolean;
}

/** Takes channels that don't stay out of a graph's constants; what they add to others goes into biases. */
export function removeFromNodes(
  graph: EditedGraph,
  { analysis: { values }, steps }: GraphChannels,
  kept: KeptChannels,
  uses: ConstantUses,
): EditedGraph {
  const edit = new GraphEdit(graph, uses);
  for (const step of steps) {
    const { inputs, output, rule } = step.layer.calls[0]!;
    const own = kept.get(output);
    if (rule === undefined || own === undefined) continue;
    const read = inputs[0] === undefined ? undefined : kept.get(inputs[0]);
    if ([...own, ...(read ?? [])].every((reason) => reason !== null)) continue;
    const { name } = step.node;
    const added =
      rule.kind === 'mixes' && read !== undefined
        ? addedByRemoved(step.layer, rule, values, read)
        : undefined;
    const bias = added && biasWith(rule as MixingRule, added, `${name}/bias`);
    const cuts: Readonly<Record<Cut['as'], (tensor: NamedTensor) => NamedTensor>> = {
      kernel: (tensor) => cutKernel(tensor, rule, read, own),
      bias: (tensor) => cutVector(bias === undefined ? tensor : { ...tensor, values: bias.values }, own),
      vector: (tensor) => cutVector(tensor, own),
      shape: (tensor) => cutShape(tensor, own),
    };
    for (const { input, as } of step.cuts) edit.change(name, input, cuts[as]);
    if (bias !== undefined && step.cuts.every(({ as }) => as !== 'bias'))
      edit.addBias(name, cutVector(bias, own));
  }
  return edit.result();
}

function cutKernel(kernel: NamedTensor, rule: ChannelRule, read: Stays | undefined, own: Stays): NamedTensor {
  if (rule.kind === 'spreads') return takeAlongAxis(kernel, 2, keptIndices(read!));
  if (rule.kind !== 'mixes') return kernel;
  const out = takeAlongAxis(kernel, rule.outAxis, keptIndices(own));
  return read === undefined
    ? out
    : takeAlongAxis(out, rule.inAxis, keptIndices(read, kernel.shape[rule.inAxis]!));
}

const cutVector = (vector: NamedTensor, own: Stays): NamedTensor =>
  takeAlongAxis(vector, vector.shape.length - 1, keptIndices(own));

/** A shape, or its last size alone, which counts the channels that stay, those of each position. */
function cutShape(shape: NamedTensor, own: Stays): NamedTensor {
  const values = shape.values.slice();
  const last = values.length - 1;
  values[last] = keptIndices(own, Number(values[last])).length;
  return { ...shape, values };
}

/** Changes of a graph's nodes and constants. */
class GraphEdit {
  readonly #nodes: Map<string, GraphNode>;
  readonly #weights: Map<string, NamedTensor>;
  readonly #uses: ConstantUses;
  /** Shared constants that a node no longer reads. */
  readonly #left = new Set<string>();
  /** New biases, by the node whose product they are added to. */
  readonly #biases = new Map<string, NamedTensor>();

  constructor({ nodes, weights }: EditedGraph, uses: ConstantUses) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#weights = new Map(weights);
    this.#uses = uses;
  }

  /** Changes a constant for one node; the last of those that are packed, where it reads several at once. */
  change(name: string, input: number, by: (tensor: NamedTensor) => NamedTensor): void {
    const node = this.#nodes.get(name)!;
    const source = nodeName(node.input![input]!);
    const tensor = this.#weights.get(source);
    if (tensor === undefined) {
      this.change(source, this.#nodes.get(source)!.input!.length - 1, by);
      return;
    }
    const isOwn = !this.#uses.isShared(source) && !this.#uses.isKnownElsewhere(source);
    const own = isOwn ? source : this.#freeName(`${name}/${source.split('/').at(-1)}`);
    if (!isOwn) this.#left.add(source);
    // What the attributes say of its shape no longer holds.
    this.#nodes.set(own, { name: own, op: 'Const' });
    this.#weights.set(own, { ...by(tensor), name: own });
    this.#nodes.set(name, { ...node, input: node.input!.with(input, own) });
  }

  /** Adds a bias to what a node makes; the sum has the node's name. */
  addBias(name: string, bias: NamedTensor): void {
    this.#biases.set(name, bias);
  }

  result(): EditedGraph {
    const nodes = [...this.#nodes.values()].flatMap((node) => this.#withBias(node));
    const read = new Set(nodes.flatMap(({ input }) => (input ?? []).map(nodeName)));
    const unread = new Set(
      [...this.#left].filter((name) => !read.has(name) && !this.#uses.isKnownElsewhere(name)),
    );
    return {
      nodes: nodes.filter(({ name }) => !unread.has(name)),
      weights: new Map([...this.#weights].filter(([name]) => !unread.has(name))),
    };
  }

  #withBias({ attr, ...node }: GraphNode): GraphNode[] {
    const bias = this.#biases.get(node.name);
    if (bias === undefined) return [{ ...node, ...(attr && { attr }) }];
    const { name } = node;
    const [product, own] = [this.#freeName(`${name}/product`), this.#freeName(bias.name)];
    this.#weights.set(own, { ...bias, name: own });
    const type = attr?.T === undefined ? {} : { T: attr.T };
    return [
      { name: own, op: 'Const' },
      { ...node, name: product, ...(attr && { attr }) },
      { name, op: 'BiasAdd', input: [product, own], attr: type },
    ];
  }

  #freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#nodes.has(name) || this.#weights.has(name));
  }
}
