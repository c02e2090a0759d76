import type * as tf from '../engine/tf.js';
import { ownersOf, unfoldModel } from './call-graph.js';
import { nodeName, parseGraph } from './graph/graph-def.js';

/** A call of a layer, an operation or an input, in a drawing of the model. */
export interface ModelNode {
  readonly name: string;
  /** Class of the layer or operation. */
  readonly kind: string;
  /** Places in the list of those that it reads. */
  readonly inputs: number[];
  /** Names of the weights that it reads. */
  readonly weights: string[];
}

/** The calls of a layers model, nested models unfolded, with its inputs before them. */
export function layersStructure(model: tf.LayersModel): ModelNode[] {
  const graph = unfoldModel(model);
  const nodes = [
    ...graph.inputs.map((value, index) => ({
      name: model.inputs[index]!.sourceLayer.name,
      kind: 'InputLayer',
      reads: [],
      makes: [value],
      weights: [],
    })),
    ...graph.calls.map(({ layer, inputs, outputs }) => ({
      name: layer.name,
      kind: layer.getClassName(),
      reads: inputs,
      makes: outputs,
      weights: ownersOf(layer).flatMap(({ weights }) => weights.map(({ originalName }) => originalName)),
    })),
  ];
  const makers = new Map(nodes.flatMap(({ makes }, index) => makes.map((value) => [value, index] as const)));
  return nodes.map(({ name, kind, reads, weights }) => ({
    name,
    kind,
    inputs: reads.flatMap((value) => makers.get(value) ?? []),
    weights,
  }));
}

/**
 * The operations of a graph model, without its constants and the functions in its library.
 *
 * @param topology  A TensorFlow GraphDef, as in `modelTopology`.
 * @param kernels   Weights, and the operation that reads each.
 * @throws QgtError `bad-model` where it is malformed.
 */
export function graphStructure(
  topology: unknown,
  kernels: readonly { readonly name: string; readonly layer: string }[],
): ModelNode[] {
  const operations = parseGraph(topology).main.nodes.filter(({ op }) => op !== 'Const');
  const places = new Map(operations.map(({ name }, index) => [name, index]));
  return operations.map(({ name, op, input }) => ({
    name,
    kind: op,
    inputs: (input ?? [])
      .filter((each) => !each.startsWith('^'))
      .flatMap((each) => places.get(nodeName(each)) ?? []),
    weights: kernels.filter(({ layer }) => layer === name).map((kernel) => kernel.name),
  }));
}
