import { z } from 'zod';
import type { GraphNode } from './graph-def.js';

const TAKEN_APART: Readonly<Record<string, string>> = {
  _FusedConv2D: 'Conv2D',
  FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
};

const attributesSchema = z.object({
  dilations: z.object({ list: z.object({ i: z.array(z.coerce.number()) }) }),
  fused_ops: z.object({ list: z.object({ s: z.array(z.string()) }) }),
});

/**
 * A graph whose dilated convolutions add their bias in an operation of its own, where they do nothing else: stock tfjs
 * refuses the gradient of these alone, and takes all others apart itself.
 */
export function withoutFusedDilation(
  topology: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { node } = topology;
  if (!Array.isArray(node)) return topology;
  return { ...topology, node: (node as GraphNode[]).flatMap((each) => takenApart(each)) };
}

function takenApart(node: GraphNode): GraphNode[] {
  const { name, op, input, attr } = node;
  const plain = Object.hasOwn(TAKEN_APART, op) ? TAKEN_APART[op] : undefined;
  const [x, kernel, bias] = input ?? [];
  const { data } = attributesSchema.safeParse(attr);
  if (plain === undefined || data === undefined || bias === undefined) return [node];
  const isDilated = data.dilations.list.i.some((step) => step !== 1);
  if (!isDilated || data.fused_ops.list.s.length !== 1) return [node];
  const product = `${name}/product`;
  const { fused_ops: _, num_args: __, ...own } = attr ?? {};
  return [
    { name: product, op: plain, input: [x!, kernel!], attr: own },
    { name, op: 'BiasAdd', input: [product, bias], attr: { T: own.T } },
  ];
}
