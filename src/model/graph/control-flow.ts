import { type GraphNode, nodeName, parseGraph } from './graph-def.js';

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
  const { byName } = parseGraph(topology).main;
  const seen = new Set<GraphNode>();
  const ahead = outputs.map((output) => byName.get(nodeName(output)));
  while (ahead.length > 0) {
    const node = ahead.pop();
    if (node === undefined || seen.has(node) || weights.has(node.name)) continue;
    if (AWAITED.has(node.op)) return true;
    seen.add(node);
    ahead.push(...(node.input ?? []).map((input) => byName.get(nodeName(input))));
  }
  return false;
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
