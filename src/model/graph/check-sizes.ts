import { MAX_NUMBERS, MAX_RANK, type NamedTensor, QgtError } from '../../core/index.js';
import { type GraphNode, type GraphScope, parseGraph } from './graph-def.js';
import { constantBehind } from './graph-source.js';

/** How many numbers an operation makes at least, by the values of its inputs; undefined for one that is computed. */
type SizeRule = (values: (input: number) => number[] | undefined) => number;

const product = (values: readonly number[] = []): number =>
  values.reduce((size, each) => size * Math.max(1, each), 1);

const shapeAt =
  (input: number): SizeRule =>
  (values) =>
    product(values(input));
const padded: SizeRule = (values) => {
  const paddings = values(1) ?? [];
  const added = paddings.flatMap((before, at) => (at % 2 === 0 ? [before + (paddings[at + 1] ?? 0)] : []));
  return product(added.map((each) => each + 1));
};
const stepped: SizeRule = (values) => {
  const [from, to, step] = [0, 1, 2].map((input) => values(input)?.[0]);
  return from === undefined || to === undefined || step === undefined ? 0 : (to - from) / step;
};

/** Operations whose output is as large as an input says. */
const RULES: Readonly<Record<string, SizeRule>> = {
  BroadcastTo: shapeAt(1),
  Conv2DBackpropInput: shapeAt(0),
  DenseBincount: shapeAt(1),
  Fill: shapeAt(0),
  LinSpace: shapeAt(2),
  MirrorPad: padded,
  OneHot: shapeAt(1),
  Pad: padded,
  PadV2: padded,
  RandomStandardNormal: shapeAt(0),
  RandomUniform: shapeAt(0),
  RandomUniformInt: shapeAt(0),
  Range: stepped,
  ResizeBilinear: shapeAt(1),
  ResizeNearestNeighbor: shapeAt(1),
  ScatterNd: shapeAt(2),
  SpaceToBatchND: padded,
  SparseToDense: shapeAt(1),
  TensorListReserve: shapeAt(1),
  Tile: shapeAt(1),
  TruncatedNormal: shapeAt(0),
};

/**
 * Checks the sizes that a graph's constants ask for before it is run: one number in a file may fill all memory.
 *
 * A size that the graph computes is known when it is run, and not checked.
 *
 * @throws QgtError `bad-model` naming the node.
 */
export function checkSizes(topology: unknown, weights: readonly NamedTensor[], source: string): void {
  const { main, functions } = parseGraph(topology);
  const byName = new Map(weights.map((each) => [each.name, each]));
  for (const scope of [main, ...functions])
    for (const node of scope.nodes) {
      const size = sizeAskedBy(node, scope, byName);
      if (!(size > MAX_NUMBERS)) continue;
      throw new QgtError('bad-model', {
        where: `${source}: ${node.name}`,
        what: `${node.op} makes more than a tensor holds`,
        got: `${size} numbers`,
        expected: `at most ${MAX_NUMBERS}`,
        remedy: 'export the model again with smaller inputs',
      });
    }
}

function sizeAskedBy(
  { op, input }: GraphNode,
  scope: GraphScope,
  weights: ReadonlyMap<string, NamedTensor>,
): number {
  if (!Object.hasOwn(RULES, op)) return 0;
  return RULES[op]!((at) => {
    const name = input?.[at];
    const constant = name === undefined ? undefined : constantBehind(name, [], scope, weights)?.weight;
    return constant && Array.from(constant.values.slice(0, 2 * MAX_RANK), Number);
  });
}
