import { z } from 'zod';
import { QgtError } from '../../core/index.js';

const nodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).nullish(),
  attr: z.record(z.string(), z.unknown()).nullish(),
});

const functionSchema = z.object({
  signature: z.object({
    name: z.string(),
    inputArg: z.array(z.object({ name: z.string() })).nullish(),
  }),
  nodeDef: z.array(nodeSchema).nullish(),
});

const graphSchema = z.object({
  node: z.array(nodeSchema),
  library: z.object({ function: z.array(functionSchema).nullish() }).nullish(),
});

/** An operation of a TensorFlow graph. */
export type GraphNode = z.infer<typeof nodeSchema>;

/** The main graph or one function of its library: names are unique within one. */
export interface GraphScope {
  /** The function's name; none: the main graph. */
  readonly name?: string | undefined;
  /** In the order of the file, which is not always an order in which they can be run. */
  readonly nodes: readonly GraphNode[];
  readonly byName: ReadonlyMap<string, GraphNode>;
  /** Names of a function's arguments. */
  readonly inputs: readonly string[];
  /** Names of the functions that its nodes call. */
  readonly callees: Set<string>;
  /** Inputs that the calls of the function pass to each argument, and the scope of each call. */
  readonly argumentsOf: Map<string, { readonly scope: GraphScope; readonly input: string }[]>;
}

/**
 * Reads a graph's nodes and functions, and the inputs that each call passes to a function.
 *
 * @param where  The file and place, for messages.
 * @throws QgtError `bad-model` where it is malformed.
 */
export function parseGraph(
  topology: unknown,
  where = 'modelTopology',
): { main: GraphScope; functions: GraphScope[] } {
  const parsed = graphSchema.safeParse(topology);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new QgtError('bad-model', {
      where: [where, ...issue.path].join('.'),
      what: issue.message,
      remedy: 'export the model again with tensorflowjs_converter 4',
    });
  }
  const main = scopeOf(parsed.data.node);
  const library = parsed.data.library?.function ?? [];
  const functions = library.map(({ signature: { name, inputArg }, nodeDef }) =>
    scopeOf(
      nodeDef ?? [],
      name,
      inputArg?.map((each) => each.name),
    ),
  );
  const byName = new Map(functions.map((scope) => [scope.name, scope]));
  for (const scope of [main, ...functions]) {
    for (const node of scope.nodes) {
      for (const callee of calleesOf(node, byName)) {
        scope.callees.add(callee.name!);
        linkArguments(node, scope, callee);
      }
    }
  }
  return { main, functions };
}

/** `scope/node:1` and `^scope/node` without output number and control mark. */
export function nodeName(input: string): string {
  return input.replace(/^\^/, '').replace(/:.*$/, '');
}

/** The names of the nodes that read each of some nodes, as many times as they do. */
export function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const { name, input } of nodes) {
    for (const source of (input ?? []).map(nodeName)) {
      const known = readers.get(source) ?? [];
      readers.set(source, known);
      known.push(name);
    }
  }
  return readers;
}

function scopeOf(nodes: readonly GraphNode[], name?: string, inputs: readonly string[] = []): GraphScope {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return { name, nodes, byName, inputs, callees: new Set(), argumentsOf: new Map() };
}

/** The functions that a node names in its attributes: `{"func":{"name":…}}`. */
function calleesOf(
  { attr }: GraphNode,
  functions: ReadonlyMap<string | undefined, GraphScope>,
): Set<GraphScope> {
  const called = new Set<GraphScope>();
  if (functions.size === 0) return called;
  for (const [, name] of JSON.stringify(attr ?? {}).matchAll(/\{"name":("(?:[^"\\]|\\.)*")/g)) {
    const scope = functions.get(JSON.parse(name!));
    if (scope !== undefined) called.add(scope);
  }
  return called;
}

function linkArguments(node: GraphNode, scope: GraphScope, callee: GraphScope): void {
  const data = (node.input ?? []).filter((input) => !input.startsWith('^'));
  const handed = data.slice(data.length - callee.inputs.length); // an If has its condition in front
  callee.inputs.forEach((name, index) => {
    const input = handed[index];
    if (input === undefined) return;
    const known = callee.argumentsOf.get(name) ?? [];
    callee.argumentsOf.set(name, known);
    known.push({ scope, input });
  });
}
