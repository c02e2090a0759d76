import type { NamedTensor } from '../../../core/index.js';
import type { Channels } from '../../layers/channels.js';
import type { LayerEntry } from '../../topology/layer-entry.js';
import {
  type Analysis,
  type AnalyzedCall,
  type AnalyzedLayer,
  outputOf,
} from '../../transforms/dead-channels/analysis.js';
import { type GraphNode, type GraphScope, nodeName } from '../graph-def.js';
import { inOrder } from '../in-order.js';
import { type Cut, OPERATION_RULES, type Operation, type Step } from './operation-rules.js';

/** A step of a node among the layers of an analysis. */
export interface GraphStep {
  readonly node: GraphNode;
  readonly layer: AnalyzedLayer;
  readonly cuts: readonly Cut[];
}

/** Facts about the channels of a graph's main part. */
export interface GraphChannels {
  readonly analysis: Analysis;
  readonly steps: readonly GraphStep[];
  /** The values that are outputs. */
  readonly outputs: readonly number[];
}

/**
 * Follows constants through a graph, node by node.
 *
 * @param outputs  Names of the nodes that are the model's outputs, besides those that nothing reads.
 */
export function graphChannels(
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
  outputs: ReadonlySet<string>,
): GraphChannels {
  const { nodes, byName } = scope;
  const numbers = new Map(nodes.map(({ name }, index) => [name, index]));
  const inputsOf = ({ input }: GraphNode) => (input ?? []).filter((each) => !each.startsWith('^'));
  const readers = readersOf(nodes);
  const several = new Set(nodes.flatMap((node) => inputsOf(node).filter(isLaterOutput).map(nodeName)));
  const values = new Map<number, Channels>();
  const steps: GraphStep[] = [];
  const isConstant = (name: string) => byName.get(name)?.op === 'Const';
  const ofBatchAlone = (node: GraphNode) => node.op === 'Shape' && tellsBatch(node, scope, weights);
  for (const node of inOrder(nodes, byName)) {
    if (isConstant(node.name) || ofBatchAlone(node)) continue;
    const own = inputsOf(node);
    const operation: Operation = {
      node,
      count: own.length,
      value: (input) =>
        own[input] === undefined ? undefined : values.get(numbers.get(nodeName(own[input]))!),
      constant: (input) => weights.get(nodeName(own[input] ?? '')),
      shape: (input) => shapeOf(own[input] ?? '', scope, weights, readers),
    };
    const number = (input: string): number => numbers.get(nodeName(input))!;
    const made = several.has(node.name) ? undefined : OPERATION_RULES[node.op]?.(operation);
    const followed = made && follow(made, (input) => number(own[input]!), number(node.name), values);
    const read = own.filter((each) => !isConstant(nodeName(each))).map(number);
    const unknown: Followed[] = [
      { call: { inputs: read, output: number(node.name), rule: undefined }, cuts: [] },
    ];
    const entry: LayerEntry = { class_name: node.op, config: { name: node.name } };
    for (const { call, cuts } of followed ?? unknown)
      steps.push({ node, cuts, layer: { entry, owner: entry, isLast: true, calls: [call] } });
  }
  const ends = nodes.filter(({ name }) => outputs.has(name) || !readers.has(name));
  return {
    analysis: { layers: steps.map(({ layer }) => layer), values },
    steps,
    outputs: ends.map(({ name }) => numbers.get(name)!),
  };
}

/** A step as a call, on numbered values. */
interface Followed extends Pick<GraphStep, 'cuts'> {
  readonly call: AnalyzedCall;
}

/** Adds what the steps of a node make to the values; undefined, and nothing added, where one doesn't fit its inputs. */
function follow(
  steps: readonly Step[],
  numberOf: (input: number) => number,
  output: number,
  values: Map<number, Channels>,
): Followed[] | undefined {
  const made = new Map<number, Channels>();
  const followed: Followed[] = [];
  for (const [at, { rule, reads, cuts }] of steps.entries()) {
    // What is between the two steps of a node has a number of its own, below those of the nodes.
    const inputs = at === 0 ? reads.map(numberOf) : [-1 - output];
    const own = at === steps.length - 1 ? output : -1 - output;
    const channels = outputOf(
      rule,
      inputs.map((input) => made.get(input) ?? values.get(input)),
    );
    if (channels === undefined) return undefined;
    made.set(own, channels);
    followed.push({ call: { inputs, output: own, rule }, cuts });
  }
  for (const [number, channels] of made) values.set(number, channels);
  return followed;
}

/** Whether an input is not the first output of the node that it names. */
const isLaterOutput = (input: string): boolean => /:(?!0$)/.test(input);

/** Whether all that is read of a shape is its first size. */
function tellsBatch(
  { name }: GraphNode,
  { nodes }: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): boolean {
  const readers = nodes.filter(({ input }) => input?.some((each) => nodeName(each) === name));
  return readers.every(({ op, input }) => {
    const [begin, end, step] = [1, 2, 3].map((at) => weights.get(nodeName(input?.[at] ?? ''))?.values);
    const ofOne = [begin, end, step].every((values) => values?.length === 1);
    return op === 'StridedSlice' && ofOne && begin![0] === 0 && end![0] === 1 && step![0] === 1;
  });
}

/** A shape that is a constant, or packed of numbers for one reader; null: computed. */
function shapeOf(
  input: string,
  { byName }: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
  readers: ReadonlyMap<string, number>,
): (number | null)[] | undefined {
  const constant = weights.get(nodeName(input));
  if (constant !== undefined) return Array.from(constant.values, Number);
  const node = byName.get(nodeName(input));
  if (node?.op !== 'Pack' || readers.get(node.name) !== 1) return undefined;
  return (node.input ?? []).map((each) => {
    const value = weights.get(nodeName(each))?.values[0];
    return value === undefined ? null : Number(value);
  });
}

/** How often each node is read. */
export function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of nodes.flatMap(({ input }) => (input ?? []).map(nodeName)))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
