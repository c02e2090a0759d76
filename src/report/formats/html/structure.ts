import type { ModelNode } from '../../report.js';

/** A node of the drawing. */
export interface DrawnNode extends ModelNode {
  /** Its place in the report's graph. */
  readonly place: number;
}

/** Nodes and edges of the drawing of a model. */
export interface Structure {
  readonly nodes: readonly DrawnNode[];
  /** Places in the report's graph that each edge joins. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/**
 * Leaves out what only hands a value on (BatchNorm, activations, ...): a drawing has the inputs, the layers with
 * quantized weights, where ways meet, and the outputs.
 *
 * @param quantized  Names of the quantized weights.
 */
export function structureOf(graph: readonly ModelNode[], quantized: ReadonlySet<string>): Structure {
  const read = new Set(graph.flatMap(({ inputs }) => inputs));
  const kept = graph.map(
    ({ inputs, weights }, place) =>
      new Set(inputs).size !== 1 || !read.has(place) || weights.some((name) => quantized.has(name)),
  );
  const nodes = graph.flatMap((node, place) => (kept[place] ? [{ ...node, place }] : []));
  const edges = nodes.flatMap(({ inputs, place }) =>
    [...new Set(inputs.flatMap((input) => firstKept(graph, kept, input) ?? []))].map(
      (from) => [from, place] as const,
    ),
  );
  return { nodes, edges };
}

/** The nearest drawn node at or before a place; undefined where the graph of an untrusted model is a cycle. */
function firstKept(graph: readonly ModelNode[], kept: readonly boolean[], place: number): number | undefined {
  let at = place;
  for (let steps = 0; kept[at] === false && steps < graph.length; steps++) at = graph[at]!.inputs[0]!;
  return kept[at] ? at : undefined;
}
