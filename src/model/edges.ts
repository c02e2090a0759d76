/** A step of a model, as far as edges go. */
interface Call {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Finds the calls with kernels that read an input, or make an output, with no other kernel in between.
 *
 * @param graph  Calls in an order in which they can be run, on numbered values.
 * @returns an edge for each such call; `first` for one that is both.
 */
export function edgesOf<C extends Call>(
  graph: {
    readonly calls: readonly C[];
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
  },
  hasKernel: (call: C) => boolean,
): Map<C, 'first' | 'last'> {
  const edges = new Map<C, 'first' | 'last'>();
  const ends = new Set(graph.outputs);
  for (const call of graph.calls.toReversed()) {
    if (!call.outputs.some((value) => ends.has(value))) continue;
    if (hasKernel(call)) edges.set(call, 'last');
    else for (const value of call.inputs) ends.add(value);
  }
  const starts = new Set(graph.inputs);
  for (const call of graph.calls) {
    if (!call.inputs.some((value) => starts.has(value))) continue;
    if (hasKernel(call)) edges.set(call, 'first');
    else for (const value of call.outputs) starts.add(value);
  }
  return edges;
}
