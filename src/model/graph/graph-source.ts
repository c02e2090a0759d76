import type { NamedTensor } from '../../core/index.js';
import { type GraphNode, type GraphScope, nodeName } from './graph-def.js';

/** A constant that reaches an operation, and which of its dimensions are the channels there. */
export interface ConstantSource {
  readonly weight: NamedTensor;
  readonly channelAxes: readonly number[];
}

/** Operations that hand a tensor on as it is, or but for dimensions of size 1 in front. */
const PASSING = new Set('Identity Cast Enter StopGradient ReadVariableOp Snapshot Squeeze'.split(' '));

/** Steps before the search ends: ways may branch, where a function has several callers. */
const MAX_STEPS = 1000;

/**
 * Follows an input back to the constant that it comes from.
 *
 * @param axes     Channel dimensions of the tensor at `input`, counted from the end: -1 is the last.
 * @param weights  By name.
 * @returns undefined where it is computed from anything else; no axes where a reshape mixes them up.
 */
export function constantBehind(
  input: string,
  axes: readonly number[],
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): ConstantSource | undefined {
  let steps = 0;
  const follow = (from: string, own: readonly number[], inScope: GraphScope): ConstantSource | undefined => {
    const name = nodeName(from);
    const node = inScope.byName.get(name);
    if (++steps > MAX_STEPS) return undefined;
    if (node === undefined) {
      const callers = inScope.argumentsOf.get(name) ?? [];
      const sources = callers.map((caller) => follow(caller.input, own, caller.scope));
      return sources.every((each) => each?.weight === sources[0]?.weight) ? sources[0] : undefined;
    }
    const weight = weights.get(name);
    if (weight !== undefined) {
      return {
        weight,
        channelAxes: own.map((axis) => axis + weight.shape.length).filter((axis) => axis >= 0),
      };
    }
    const [next, option] = node.input ?? [];
    if (next === undefined) return undefined;
    const values = (): number[] => {
      const constant = option === undefined ? undefined : follow(option, [], inScope);
      return constant === undefined ? [] : Array.from(constant.weight.values);
    };
    const rank = (): number => follow(next, [], inScope)?.weight.shape.length ?? 0;
    const before = PASSING.has(node.op) ? own : axesBefore(node, own, values, rank);
    return before === undefined ? undefined : follow(next, before, inScope);
  };
  return follow(input, axes, scope);
}

/** The channels' places in the tensor that an operation moves around; undefined where it computes something. */
function axesBefore(
  { op }: GraphNode,
  axes: readonly number[],
  values: () => number[],
  rank: () => number,
): readonly number[] | undefined {
  if (op === 'ExpandDims') {
    const [added = 0] = values();
    const at = added < 0 ? added : added - rank() - 1;
    return axes.filter((axis) => axis !== at).map((axis) => (axis < at ? axis + 1 : axis));
  }
  if (op === 'Transpose') {
    const order = values();
    return axes.flatMap((axis) => {
      const from = order[axis + order.length];
      return from === undefined ? [] : [from - order.length];
    });
  }
  // The last dimension is the one that reshapes of kernels leave alone.
  if (op === 'Reshape') return axes.length === 1 && axes[0] === -1 ? axes : [];
  return undefined;
}
