/** A step of a model, as far as edges go. */
interface Call {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A model's calls in an order in which they can be run, on numbered values. */
export interface CallGraph<C extends Call> {
  readonly calls: readonly C[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The calls with no kernel between them and an output; those with the last kernels are among them. */
export function callsAtOutputs<C extends Call>(
  { calls, outputs }: CallGraph<C>,
  hasKernel: (call: C) => boolean,
): Set<C> {
  const ends = new Set(outputs);
  const found = new Set<C>();
  for (const call of calls.toReversed()) {
    if (!call.outputs.some((value) => ends.has(value))) continue;
    found.add(call);
    if (!hasKernel(call)) for (const value of call.inputs) ends.add(value);
  }
  return found;
}

/**
 * Finds the calls with kernels that read an input, or make an output, with no other kernel in between.
 *
 * @returns an edge for each such call; `first` for one that is both.
 */
export function edgesOf<C extends Call>(
  graph: CallGraph<C>,
  hasKernel: (call: C) => boolean,
): Map<C, 'first' | 'last'> {
  const edges = new Map<C, 'first' | 'last'>();
  for (const call of callsAtOutputs(graph, hasKernel)) if (hasKernel(call)) edges.set(call, 'last');
  const starts = new Set(graph.inputs);
  for (const call of graph.calls) {
    if (!call.inputs.some((value) => starts.has(value))) continue;
    if (hasKernel(call)) edges.set(call, 'first');
    else for (const value of call.outputs) starts.add(value);
  }
  return edges;
}
