import type { NamedTensor } from '../../core/index.js';
import { awaitedNodes, nodesBehind } from './control-flow.js';
import { type GraphScope, nodeName, parseGraph, readersOf } from './graph-def.js';
import { kernelsByNode } from './graph-kernels.js';

/** Operations that finish what a kernel began, each value by itself. */
const FINISHING = new Set(
  (
    'BiasAdd Add AddV2 Sub Mul RealDiv FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 ' +
    'Relu Relu6 Prelu LeakyRelu Elu Selu Sigmoid Tanh Identity'
  ).split(' '),
);

/** Operations whose result has a size that depends on values, so that two graphs may not have the same. */
const SIZED_BY_VALUES = new Set(['Unique', 'UniqueV2']);

/** Nodes of a graph by which a student can be held against its teacher; names in the order of the graph. */
export interface WatchedNodes {
  readonly all: readonly string[];
  /** Those that no other one is computed from. */
  readonly last: readonly string[];
}

/**
 * Lists the nodes by which a student can be held against its teacher layer by layer: for each kernel of the main graph
 * the last of what is done to its product alone.
 *
 * Nodes that have to be awaited, inside and behind loops and branches, are left out.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 */
export function watchedNodes(topology: unknown, weights: readonly NamedTensor[]): WatchedNodes {
  const { main } = parseGraph(topology);
  const byName = new Map(weights.map((weight) => [weight.name, weight]));
  const constants = new Set(byName.keys());
  const unfit = new Set([
    ...awaitedNodes(main, constants),
    ...nodesBehind(main, constants, ({ op }) => SIZED_BY_VALUES.has(op)),
  ]);
  const readers = readersOf(main.nodes);
  const found = new Set<string>();
  for (const kernelNode of kernelsByNode(main, byName).keys()) {
    const last = lastOf(kernelNode, main, readers, constants);
    if (!unfit.has(last)) found.add(last);
  }
  const all = main.nodes.map(({ name }) => name).filter((name) => found.has(name));
  const before = sourcesOf(all, main);
  return { all, last: all.filter((name) => !before.has(name)) };
}

/** All nodes that some nodes are computed from. */
function sourcesOf(nodes: readonly string[], { byName }: GraphScope): ReadonlySet<string> {
  const sources = (name: string) => (byName.get(name)?.input ?? []).map(nodeName);
  const found = new Set(nodes.flatMap(sources));
  // A set's iteration goes on to what is added meanwhile.
  for (const name of found) for (const source of sources(name)) found.add(source);
  return found;
}

/** The last node of a way that doesn't branch, and that nothing but constants is added to. */
function lastOf(
  start: string,
  { byName }: GraphScope,
  readers: ReadonlyMap<string, readonly string[]>,
  constants: ReadonlySet<string>,
): string {
  let last = start;
  for (;;) {
    const [next, ...others] = readers.get(last) ?? [];
    const node = next === undefined ? undefined : byName.get(next);
    if (node === undefined || others.length > 0 || !FINISHING.has(node.op)) return last;
    const sources = (node.input ?? []).map(nodeName);
    if (sources.some((source) => source !== last && !constants.has(source))) return last;
    last = node.name;
  }
}
