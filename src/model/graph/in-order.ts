import { type GraphNode, nodeName } from './graph-def.js';

/** The nodes, each after those that it reads; a loop is cut where it closes. */
export function inOrder(nodes: readonly GraphNode[], byName: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const ordered = new Set<GraphNode>();
  const entered = new Set<GraphNode>();
  for (const start of nodes) {
    const stack = [start];
    while (stack.length > 0) {
      const node = stack.at(-1)!;
      const ahead = (node.input ?? []).map((input) => byName.get(nodeName(input)));
      const next = entered.has(node)
        ? undefined
        : ahead.filter((each) => each !== undefined && !entered.has(each));
      entered.add(node);
      if (next === undefined || next.length === 0) {
        ordered.add(node);
        stack.pop();
      } else stack.push(...(next as GraphNode[]));
    }
  }
  return [...ordered];
}
