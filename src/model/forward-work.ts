import { type Shape, sizeOf } from '../core/index.js';
import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel } from './call-graph.js';
import { layerKindOf } from './layers/index.js';
import { roleOfWeight } from './weight-roles.js';

/** Work of a forward pass of one sample, as estimated from its layers. */
export interface ForwardWork {
  /** Multiplications by kernels and activations; an upper bound where a layer's kind doesn't say how often it uses its kernels. */
  readonly multiplications: number;
  /** Steps of recurrent layers, which wait for each other. */
  readonly steps: number;
  /** Weights of the kernels, each counted as often as its layer is called. */
  readonly weights: number;
  /** Values that all layers together make, which a training step keeps. */
  readonly values: number;
}

/**
 * Estimates the work of a forward pass without running it, from the shapes that the layers give for those of the inputs.
 *
 * @param inputs  Shapes of one sample, every size known.
 */
export function forwardWork(model: tf.LayersModel, inputs: readonly Shape[]): ForwardWork {
  const graph = unfoldModel(model);
  const shapes = new Map(
    graph.inputs.map((value, index): [number, Shape] => [value, [1, ...inputs[index]!]]),
  );
  let [multiplications, steps, weights, values] = [0, 0, 0, 0];
  for (const call of graph.calls) {
    const read = call.inputs.map((value) => shapes.get(value) ?? []);
    const made = outputShapes(call, read);
    for (const [index, value] of call.outputs.entries()) shapes.set(value, made[index] ?? made[0]!);
    for (const shape of made) values += sizeOf(shape);
    for (const owner of ownersOf(call.layer)) {
      const size = kernelSize(owner);
      weights += size;
      multiplications += size * usesOf(owner, read[0] ?? [], made[0]!);
      if (isRecurrent(owner)) steps += read[0]?.[1] ?? 1;
    }
  }
  return { multiplications, steps, weights, values };
}

function outputShapes({ layer, outputShape }: LayerCall, read: readonly Shape[]): Shape[] {
  try {
    const inputs = read.map((shape) => [...shape]);
    const made = layer.computeOutputShape(inputs.length === 1 ? inputs[0]! : inputs);
    return (Array.isArray(made[0]) ? (made as tf.Shape[]) : [made as tf.Shape]).map(known);
  } catch {
    // A custom layer that doesn't compute its output shape.
    return [known(outputShape)];
  }
}

const known = (shape: tf.Shape): Shape => shape.map((size) => size ?? 1);

/** Number of times that each weight of a layer's kernels is used. */
function usesOf(layer: tf.layers.Layer, read: Shape, made: Shape): number {
  const kind = layerKindOf(layer.getClassName());
  if (kind !== undefined && kind.vocabulary !== null) return 0; // looked up
  if (kind?.multipliesAt === 'input') return positions(read);
  if (kind?.multipliesAt === 'output') return positions(made);
  return Math.max(positions(read), positions(made));
}

const positions = (shape: Shape): number => sizeOf(shape.slice(0, -1));

function kernelSize(layer: tf.layers.Layer): number {
  const kind = layer.getClassName();
  return layer.weights
    .filter(
      ({ originalName, shape, dtype }) =>
        roleOfWeight(kind, originalName, known(shape), dtype).role === 'kernel',
    )
    .reduce((sum, { shape }) => sum + sizeOf(known(shape)), 0);
}

function isRecurrent(layer: tf.layers.Layer): boolean {
  const kind = layerKindOf(layer.getClassName());
  return kind !== undefined && 'recurrent_kernel' in kind.kernels;
}
