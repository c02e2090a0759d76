import type { DType, NamedTensor } from '../../core/index.js';

type Topology = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, unknown>>;
/** Facts about a tensor that a graph's constant repeats. */
type Constant = Pick<NamedTensor, 'name' | 'shape'> & { readonly dtype: DType };

/** A node as far as it is looked at; a packed file that someone made may hold anything. */
interface Node {
  readonly name?: unknown;
  readonly op?: unknown;
  readonly attr?: Attributes | null;
}

/** The name of each type in a GraphDef. */
const TYPES: Readonly<Record<DType, string>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  bool: 'DT_BOOL',
  string: 'DT_STRING',
  complex64: 'DT_COMPLEX64',
};

/**
 * A graph in fewer bytes once compressed, which stock tfjs takes for the same: attributes are in the order of their
 * names, which the converter writes in any, and a constant has no type and shape where a tensor has them too.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @param tensors   The model's weights.
 */
export function leanGraph(topology: Topology, tensors: readonly Constant[]): Topology {
  const known = new Map<unknown, Constant>(tensors.map((tensor) => [tensor.name, tensor]));
  return withNodes(topology, (node) => {
    const { attr, ...rest } = node;
    if (!isObject(attr)) return node;
    const constant = node.op === 'Const' ? known.get(node.name) : undefined;
    const isKnown = constant !== undefined && typeOf(attr) === TYPES[constant.dtype];
    return isKnown ? rest : { ...node, attr: inOrder(attr) as Attributes };
  });
}

/** Undoes `leanGraph` but for the order of attributes: tools other than tfjs want constants to say what they are. */
export function withConstantAttributes(topology: Topology, tensors: readonly Constant[]): Topology {
  const known = new Map<unknown, Constant>(tensors.map((tensor) => [tensor.name, tensor]));
  return withNodes(topology, (node) => {
    const constant = node.op === 'Const' ? known.get(node.name) : undefined;
    return constant === undefined || isObject(node.attr) ? node : { ...node, attr: attributesOf(constant) };
  });
}

function attributesOf({ dtype, shape }: Constant): Attributes {
  const tensorShape = shape.length === 0 ? {} : { dim: shape.map((size) => ({ size: `${size}` })) };
  return { dtype: { type: TYPES[dtype] }, value: { tensor: { dtype: TYPES[dtype], tensorShape } } };
}

/** The graph with each node of its own, and of the functions in its library, as `change` makes it. */
function withNodes(topology: Topology, change: (node: Node) => Node): Topology {
  const changed = (nodes: unknown): unknown =>
    Array.isArray(nodes) ? nodes.map((node: unknown) => (isObject(node) ? change(node) : node)) : nodes;
  const { node, library } = topology;
  const own = isObject(library) && Array.isArray(library.function) ? library.function : null;
  return {
    ...topology,
    node: changed(node),
    ...(own !== null && {
      library: {
        ...(library as Topology),
        function: own.map((each: unknown) =>
          isObject(each) && Array.isArray(each.nodeDef) ? { ...each, nodeDef: changed(each.nodeDef) } : each,
        ),
      },
    }),
  };
}

const typeOf = ({ dtype }: Attributes): unknown => (isObject(dtype) ? dtype.type : undefined);

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(keys.map((key) => [key, inOrder(value[key])]));
}

const isObject = (value: unknown): value is Topology =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
