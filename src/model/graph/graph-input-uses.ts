import type { NamedTensor } from '../../core/index.js';
import { type InputUse, type Rescaling, rescaleTwice, smallestVocabulary } from '../input-use.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';
import { constantBehind } from './graph-source.js';

/** Operations whose values are those of their first input. */
const HANDING_ON = new Set(
  'Identity Cast Reshape ExpandDims Squeeze Transpose Snapshot StopGradient Enter Slice StridedSlice Tile'.split(
    ' ',
  ),
);
/** Operations whose values are those of all their inputs. */
const JOINING = new Set(['ConcatV2', 'Pack']);
/** Operations that look tokens up: the inputs with the tokens and the table. */
const LOOKUPS: Readonly<Record<string, { readonly tokens: number; readonly table: number }>> = {
  Gather: { tokens: 1, table: 0 },
  GatherV2: { tokens: 1, table: 0 },
  ResourceGather: { tokens: 1, table: 0 },
  OneHot: { tokens: 0, table: 1 },
};

/** Longer ways than this are loops of a malformed graph. */
const MAX_STEPS = 100;

/** A graph, and its weights by name. */
interface Graph {
  readonly main: GraphScope;
  readonly functions: readonly GraphScope[];
  readonly weights: ReadonlyMap<string, NamedTensor>;
}

/**
 * Lists the first use of each input of a graph model; operations that hand values on are looked past.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @param inputs    Names of the placeholders.
 * @throws QgtError `bad-model` where the graph is malformed.
 */
export function graphInputUses(
  topology: unknown,
  weights: readonly NamedTensor[],
  inputs: readonly string[],
): InputUse[] {
  const graph = { ...parseGraph(topology), weights: new Map(weights.map((each) => [each.name, each])) };
  const sizes = vocabularies(graph);
  return inputs.map((input) => ({
    vocabulary: smallestVocabulary(sizes.get(nodeName(input)) ?? []),
    rescaling: rescalingBehind(nodeName(input), graph),
  }));
}

/** The sizes of the tables that each placeholder's values are looked up in. */
function vocabularies({ main, functions, weights }: Graph): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const scope of [main, ...functions])
    for (const node of scope.nodes) {
      const size = tableSize(node, scope, weights);
      const tokens = node.input?.[LOOKUPS[node.op]?.tokens ?? 0];
      if (size === null || tokens === undefined) continue;
      for (const name of placeholdersBehind(tokens, scope, weights))
        found.set(name, [...(found.get(name) ?? []), size]);
    }
  return found;
}

/** How many rows the table has that an operation looks tokens up in; null where it has none, or computes it. */
function tableSize(
  { op, input = [] }: GraphNode,
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): number | null {
  const lookup = Object.hasOwn(LOOKUPS, op) ? LOOKUPS[op] : undefined;
  if (lookup === undefined) return null;
  const constant = (at: number): NamedTensor | undefined => {
    const name = input?.[at];
    return name === undefined ? undefined : constantBehind(name, [], scope, weights)?.weight;
  };
  const table = constant(lookup.table);
  if (op === 'OneHot') return Number(table?.values[0] ?? 0) || null;
  const axis = op === 'GatherV2' ? Number(constant(2)?.values[0] ?? 0) : 0;
  return table?.shape.at(axis) ?? null;
}

/** The placeholders of the main graph whose values reach an input as they are. */
function placeholdersBehind(
  input: string,
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
  steps = 0,
): string[] {
  const name = nodeName(input);
  const node = scope.byName.get(name);
  if (steps > MAX_STEPS) return [];
  if (node === undefined) {
    const callers = scope.argumentsOf.get(name) ?? [];
    return callers.flatMap((caller) => placeholdersBehind(caller.input, caller.scope, weights, steps + 1));
  }
  if (/^Placeholder/.test(node.op)) return weights.has(name) ? [] : [name];
  const all = (node.input ?? []).filter((each) => !each.startsWith('^'));
  const read = JOINING.has(node.op) ? all : HANDING_ON.has(node.op) ? all.slice(0, 1) : [];
  return read.flatMap((each) => placeholdersBehind(each, scope, weights, steps + 1));
}

/** The arithmetic with constants that all readers of a node of the main graph are behind. */
function rescalingBehind(name: string, graph: Graph, steps = 0): Rescaling | null {
  const readers = graph.main.nodes.filter(({ input }) => input?.some((each) => nodeName(each) === name));
  const [reader, ...others] = readers;
  if (reader === undefined || others.length > 0 || steps > MAX_STEPS) return null;
  if (HANDING_ON.has(reader.op)) return rescalingBehind(reader.name, graph, steps + 1);
  const first = rescalingOf(reader, name, graph);
  const then = first && rescalingBehind(reader.name, graph, steps + 1);
  return then === null ? first : rescaleTwice(first!, then);
}

/** Arithmetic of a node with the values of another and a constant, one for all or one per channel; null for any other. */
function rescalingOf({ op, input }: GraphNode, name: string, { main, weights }: Graph): Rescaling | null {
  const [left, right] = input ?? [];
  if (left === undefined || right === undefined) return null;
  const isFirst = nodeName(left) === name;
  const constant = constantBehind(isFirst ? right : left, [-1], main, weights)?.weight;
  if (constant === undefined || constant.dtype !== 'float32') return null;
  const values = Array.from(constant.values, Number);
  if (values.length !== (constant.shape.at(-1) ?? 1)) return null;
  switch (op) {
    case 'Mul':
      return { scale: values, offset: [0] };
    case 'RealDiv':
      return isFirst ? { scale: values.map((value) => 1 / value), offset: [0] } : null;
    case 'Add':
    case 'AddV2':
    case 'BiasAdd':
      return { scale: [1], offset: values };
    case 'Sub':
      return isFirst ? { scale: [1], offset: values.map((value) => -value) } : null;
    default:
      return null;
  }
}
