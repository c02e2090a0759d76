import type * as tf from '../engine/tf.js';
import { layerKindOf } from './layers/index.js';

type Layer = tf.layers.Layer;

/** One call of a layer in a model whose nested models were unfolded. */
export interface LayerCall {
  readonly layer: Layer;
  /** Numbers of the values that it reads and makes. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Shape of the first input and of the first output, the batch included; null where a size is left open. */
  readonly inputShape: tf.Shape;
  readonly outputShape: tf.Shape;
}

/** A model as a list of calls on numbered values, in an order in which they can be run. */
export interface LayerGraph {
  readonly calls: readonly LayerCall[];
  /** The value of each of the model's inputs and outputs. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** One run through a model: what its tensors are numbered as. */
type Frame = Map<number, number>;

/** Unfolds a model; models in it, also in a TimeDistributed, become the calls that they consist of. */
export function unfoldModel(model: tf.LayersModel): LayerGraph {
  const calls: LayerCall[] = [];
  let values = 0;
  const frame: Frame = new Map();
  const inputs = model.inputs.map((tensor) => {
    frame.set(tensor.id, values);
    return values++;
  });
  const numberOf = (tensor: tf.SymbolicTensor, inFrame: Frame): number => {
    const known = inFrame.get(tensor.id);
    if (known !== undefined) return known;
    const node = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]!;
    const read = node.inputTensors.map((input) => numberOf(input, inFrame));
    const inner = modelIn(tensor.sourceLayer);
    const made = inner === undefined ? node.outputTensors.map(() => values++) : unfoldInner(inner, read);
    if (inner === undefined) {
      const inputShape = node.inputTensors[0]?.shape ?? tensor.shape;
      const outputShape = node.outputTensors[0]!.shape;
      calls.push({ layer: tensor.sourceLayer, inputs: read, outputs: made, inputShape, outputShape });
    }
    node.outputTensors.forEach((output, index) => {
      inFrame.set(output.id, made[index]!);
    });
    return inFrame.get(tensor.id)!;
  };
  const unfoldInner = (inner: tf.LayersModel, read: readonly number[]): number[] => {
    const own: Frame = new Map(inner.inputs.map((tensor, index) => [tensor.id, read[index]!]));
    return inner.outputs.map((output) => numberOf(output, own));
  };
  const outputs = model.outputs.map((tensor) => numberOf(tensor, frame));
  return { calls, inputs, outputs };
}

function modelIn(layer: Layer): tf.LayersModel | undefined {
  if (isModel(layer)) return layer;
  const [wrapped, ...others] = wrappedLayers(layer);
  return wrapped !== undefined && others.length === 0 && isModel(wrapped) ? wrapped : undefined;
}

/** Whether a layer runs a model for each step of its input, as a TimeDistributed can. */
export const wrapsModel = (layer: Layer): boolean => !isModel(layer) && modelIn(layer) !== undefined;

function isModel(layer: Layer): layer is tf.LayersModel {
  return Array.isArray((layer as tf.LayersModel).layers) && Array.isArray((layer as tf.LayersModel).inputs);
}

function wrappedLayers(layer: Layer): Layer[] {
  const fields = layerKindOf(layer.getClassName())?.wraps ?? [];
  return fields.map((field) => (layer as unknown as Readonly<Record<string, Layer>>)[field]!);
}

/** The layers whose `call` reads the weights of a layer: what a wrapper wraps, else the layer itself. */
export function ownersOf(layer: Layer): Layer[] {
  const wrapped = wrappedLayers(layer);
  return wrapped.length === 0 ? [layer] : wrapped.flatMap(ownersOf);
}
