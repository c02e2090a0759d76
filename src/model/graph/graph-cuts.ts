import { AWAITED } from './control-flow.js';
import { type GraphNode, type GraphScope, nodeName, parseGraph } from './graph-def.js';

/** Nodes of a graph that are enough to compute others. */
export interface GraphCuts {
  /**
   * Finds the nodes whose values are all that is needed, besides inputs and constants, to compute outputs anew after
   * constants were changed; those before them need not run again.
   *
   * @param changed  Names of constants.
   * @param outputs  Names of nodes.
   */
  before(changed: Iterable<string>, outputs: Iterable<string>): ReadonlySet<string>;
}

/**
 * Operations whose one output has the type `T`, so that stock tfjs takes a tensor in their place; and which take time, or
 * lie behind one that does.
 */
const CUTTABLE = new Set(
  (
    'Conv1D Conv2D _FusedConv2D Conv3D DepthwiseConv2d DepthwiseConv2dNative FusedDepthwiseConv2dNative ' +
    'Conv2DBackpropInput MatMul _FusedMatMul BatchMatMul BatchMatMulV2 Einsum Gather GatherV2 BiasAdd Add AddV2 AddN Sub ' +
    'Mul RealDiv Maximum Minimum SquaredDifference Pow Prelu LeakyRelu Relu Relu6 Elu Selu Sigmoid Tanh Softplus ' +
    'Softmax Exp Log Sqrt Rsqrt Square Neg Abs FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 AvgPool MaxPool ' +
    'Mean Sum Max Min Reshape Squeeze ExpandDims Transpose ConcatV2 Pack Pad PadV2 MirrorPad Slice StridedSlice Tile ' +
    'ResizeBilinear ResizeNearestNeighbor DepthToSpace SpaceToBatchND BatchToSpaceND Identity'
  ).split(' '),
);

/**
 * Reads how a graph's nodes depend on each other.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @param fixed     Names of nodes in whose place no tensor can be handed over.
 */
export function graphCuts(topology: unknown, fixed: ReadonlySet<string>): GraphCuts {
  const { main } = parseGraph(topology);
  const readers = readersIn(main);
  const always = main.nodes.filter(isAlwaysRun).map(({ name }) => name);
  const several = new Set(
    main.nodes.flatMap(({ input }) => (input ?? []).filter(isLaterOutput).map(nodeName)),
  );
  const mayCut = (node: GraphNode): boolean =>
    CUTTABLE.has(node.op) && isFloat(node) && !several.has(node.name) && !fixed.has(node.name);
  return {
    before: (changed, outputs) => {
      const affected = new Set([...changed, ...always]);
      // A set's iteration goes on to what is added meanwhile.
      for (const name of affected) for (const reader of readers.get(name) ?? []) affected.add(reader);
      const cut = new Set<string>();
      const run = new Set(outputs);
      for (const name of run) {
        const node = main.byName.get(name);
        if (node === undefined) continue;
        if (mayCut(node) && !affected.has(name)) cut.add(name);
        else for (const input of node.input ?? []) run.add(nodeName(input));
      }
      return cut;
    },
  };
}

function readersIn({ nodes }: GraphScope): ReadonlyMap<string, readonly string[]> {
  const readers = new Map<string, string[]>();
  for (const { name, input } of nodes)
    for (const source of new Set((input ?? []).map(nodeName))) {
      const known = readers.get(source);
      if (known === undefined) readers.set(source, [name]);
      else known.push(name);
    }
  return readers;
}

/** Whether a node is part of what makes a run wait, or calls functions, which may read any constant. */
function isAlwaysRun({ op, attr }: GraphNode): boolean {
  return AWAITED.has(op) || /"func":/.test(JSON.stringify(attr ?? {}));
}

/** Whether an input is not the first output of the node that it names. */
const isLaterOutput = (input: string): boolean => /:(?!0$)/.test(input);

function isFloat({ attr }: GraphNode): boolean {
  const type: unknown = attr?.T;
  return (
    type === undefined ||
    (typeof type === 'object' && type !== null && Reflect.get(type, 'type') === 'DT_FLOAT')
  );
}
