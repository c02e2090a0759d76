/** A tensor's values in a graph, as bytes in row-major order and this machine's byte order. */
export interface GraphTensor {
  /** TensorFlow's number for it. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A list of values of one kind. */
export type GraphList =
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'ints' | 'floats' | 'types'; readonly values: readonly number[] }
  | { readonly kind: 'bools'; readonly values: readonly boolean[] };

/** An attribute of a node. */
export type GraphAttribute =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'int' | 'float' | 'type'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: GraphTensor }
  | { readonly kind: 'list'; readonly value: GraphList };

/** An op of a TensorFlow graph. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** `node:output`, or `^node` for one that must only have run before. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, GraphAttribute>>;
}

/** A dtype as an attribute. */
export const typeOf = (dtype: number): GraphAttribute => ({ kind: 'type', value: dtype });
