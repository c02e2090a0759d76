import { QgtError } from '../../core/index.js';
import { isReserved } from '../reserved-names.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';

/**
 * Checks a graph and the functions in its library before tfjs makes a model of it: every node has a name of its own
 * and its inputs are there, and nothing waits for itself but where a loop of control flow closes.
 *
 * @throws QgtError `bad-model` naming the node, or where it is malformed.
 */
export function checkGraph(topology: unknown, source: string): void {
  const { main, functions } = parseGraph(topology, `${source}: modelTopology`);
  const refuse = (node: string | undefined, what: string, got?: string): never => {
    throw new QgtError('bad-model', {
      where: `${source}: ${node ?? 'modelTopology'}`,
      what,
      got,
      remedy: 'the graph is damaged; export the model again with tensorflowjs_converter 4',
    });
  };
  for (const scope of [main, ...functions]) {
    checkNames(scope, refuse);
    const waiting = firstWaiting(scope.nodes, readsOf(scope));
    if (waiting !== undefined) refuse(waiting.name, 'its inputs wait for it: a circle that is no loop');
  }
  const callees = new Map(functions.map((scope) => [scope.name, [...scope.callees]]));
  const caller = firstWaiting(functions, ({ name }) => callees.get(name)!);
  if (caller !== undefined) refuse(caller.name, 'a function that calls itself');
}

function checkNames(
  { name, nodes, byName, inputs }: GraphScope,
  refuse: (node: string | undefined, what: string, got?: string) => never,
): void {
  const names = [
    ...(name === undefined ? [] : [name]),
    ...inputs,
    ...nodes.flatMap((node) => [node.name, node.op]),
  ];
  const reserved = names.find(isReserved);
  if (reserved !== undefined) refuse(reserved, 'tfjs cannot tell this name from a part of every object');
  const twice = nodes.find((node) => byName.get(node.name) !== node);
  if (twice !== undefined) refuse(twice.name, 'two nodes have this name');
  const handed = new Set(inputs);
  for (const node of nodes) {
    const missing = node.input?.find((each) => !byName.has(nodeName(each)) && !handed.has(nodeName(each)));
    if (missing !== undefined) refuse(node.name, 'it reads a node that is not there', missing);
  }
}

/** Names that each node of a scope waits for; what goes round in a loop comes from a `NextIteration`, which nothing awaits. */
function readsOf({ byName }: GraphScope): (node: GraphNode) => string[] {
  return ({ input }) =>
    (input ?? [])
      .map(nodeName)
      .filter((each) => (byName.get(each)?.op ?? 'NextIteration') !== 'NextIteration');
}

/** The first of some things that can't be had before itself; undefined where there is an order for all. */
function firstWaiting<Thing extends { readonly name?: string | undefined }>(
  things: readonly Thing[],
  readsOf: (thing: Thing) => readonly string[],
): Thing | undefined {
  const left = new Map(things.map((thing) => [thing, 0]));
  const readers = new Map<string | undefined, Thing[]>(things.map(({ name }) => [name, []]));
  for (const thing of things) {
    const reads = readsOf(thing).filter((each) => readers.has(each));
    for (const each of reads) readers.get(each)!.push(thing);
    left.set(thing, reads.length);
  }
  const ready = things.filter((thing) => left.get(thing) === 0);
  while (ready.length > 0) {
    const done = ready.pop()!;
    left.delete(done);
    for (const reader of readers.get(done.name) ?? []) {
      const waits = left.get(reader)! - 1;
      left.set(reader, waits);
      if (waits === 0) ready.push(reader);
    }
  }
  return left.keys().next().value;
}
