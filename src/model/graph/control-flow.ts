import { type GraphNode, type GraphScope, nodeName, parseGraph, readersOf } from './graph-def.js';

/** Operations that stock tfjs runs in `executeAsync` alone, since they wait for values. */
export const AWAITED: ReadonlySet<string> = new Set(
  (
    'Switch Merge Enter Exit NextIteration If StatelessIf While StatelessWhile ' +
    'NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV5 Where ' +
    'HashTable HashTableV2 LookupTableFind LookupTableFindV2 LookupTableSize LookupTableSizeV2'
  ).split(' '),
);

/**
 * Tells whether a graph's outputs can only be computed asynchronously: control flow and sizes that depend on values.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @param outputs   Names of nodes, with or without the number of an output.
 * @param weights   Names of constants, which nothing is computed for.
 */
export function needsAwaiting(
  topology: unknown,
  outputs: readonly string[],
  weights: ReadonlySet<string>,
): boolean {
  const awaited = awaitedNodes(parseGraph(topology).main, weights);
  return outputs.some((output) => awaited.has(nodeName(output)));
}

/**
 * Tells which outputs of a graph are computed from its inputs; the others are the same for every sample.
 *
 * @param inputs, @param outputs  Names of nodes, with or without the number of an output.
 * @param weights                 Names of constants.
 */
export function leadFromInputs(
  topology: unknown,
  { inputs, outputs }: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  weights: ReadonlySet<string>,
): boolean[] {
  const fed = new Set(inputs.map(nodeName));
  const made = nodesBehind(parseGraph(topology).main, weights, ({ name }) => fed.has(name));
  return outputs.map((output) => made.has(nodeName(output)));
}

/** The nodes that can only be computed asynchronously. */
export const awaitedNodes = (main: GraphScope, weights: ReadonlySet<string>): ReadonlySet<string> =>
  nodesBehind(main, weights, ({ op }) => AWAITED.has(op));

/**
 * The nodes that are of some kind, and all that are computed from them.
 *
 * @param weights  Names of constants, which nothing is computed for.
 */
export function nodesBehind(
  { nodes }: GraphScope,
  weights: ReadonlySet<string>,
  isOfKind: (node: GraphNode) => boolean,
): ReadonlySet<string> {
  const computed = nodes.filter(({ name }) => !weights.has(name));
  const readers = readersOf(computed);
  const found = new Set(computed.filter(isOfKind).map(({ name }) => name));
  // A set's iteration goes on to what is added meanwhile.
  for (const name of found) for (const reader of readers.get(name) ?? []) found.add(reader);
  return found;
}

/**
 * A graph with each `If` as the `StatelessIf` that tfjs runs in the same way, but knows to be control flow.
 *
 * At an `If` stock tfjs warns with every batch that there was none.
 */
export function withKnownControlFlow(
  topology: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { node } = topology;
  if (!Array.isArray(node)) return topology;
  return {
    ...topology,
    node: node.map((each: GraphNode) => (each?.op === 'If' ? { ...each, op: 'StatelessIf' } : each)),
  };
}
