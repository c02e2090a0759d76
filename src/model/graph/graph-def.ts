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
  /** Inputs that the calls of the function pass to each argument, and the scope of each call. */
  readonly argumentsOf: Map<string, { readonly scope: GraphScope; readonly input: string }[]>;
}

/**
 * Reads a graph's nodes and functions, and the inputs that each call passes to a function.
 *
 * @throws QgtError `bad-model` where it is malformed.
 */
export function parseGraph(topology: unknown): { main: GraphScope; functions: GraphScope[] } {
  const parsed = graphSchema.safeParse(topology);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new QgtError('bad-model', {
      where: `modelTopology.${issue.path.join('.')}`,
      what: issue.message,
      remedy: 'export the model again with tensorflowjs_converter 4',
    });
  }
  const main = scopeOf(parsed.data.node);
  const library = parsed.data.library?.function ?? [];
  const functions = library.map(({ signature, nodeDef }) => scopeOf(nodeDef ?? [], signature.name));
  const argumentNames = new Map(
    library.map(({ signature }) => [signature.name, (signature.inputArg ?? []).map(({ name }) => name)]),
  );
  for (const scope of [main, ...functions]) {
    for (const node of scope.nodes) {
      for (const callee of functions.filter(({ name }) => calls(node, name!))) {
        linkArguments(node, scope, callee, argumentNames.get(callee.name!) ?? []);
      }
    }
  }
  return { main, functions };
}

/** `scope/node:1` and `^scope/node` without output number and control mark. */
export function nodeName(input: string): string {
  return input.replace(/^\^/, '').replace(/:.*$/, '');
}

function scopeOf(nodes: readonly GraphNode[], name?: string): GraphScope {
  return { name, nodes, byName: new Map(nodes.map((node) => [node.name, node])), argumentsOf: new Map() };
}

function calls({ attr }: GraphNode, name: string): boolean {
  return Object.values(attr ?? {}).some((value) =>
    JSON.stringify(value).includes(`{"name":${JSON.stringify(name)}`),
  );
}

function linkArguments(
  node: GraphNode,
  scope: GraphScope,
  callee: GraphScope,
  names: readonly string[],
): void {
  const data = (node.input ?? []).filter((input) => !input.startsWith('^'));
  const handed = data.slice(data.length - names.length); // an If has its condition in front
  names.forEach((name, index) => {
    const input = handed[index];
    if (input === undefined) return;
    callee.argumentsOf.set(name, [...(callee.argumentsOf.get(name) ?? []), { scope, input }]);
  });
}
