import { sizeOf } from '../core/index.js';
import * as tf from '../engine/tf.js';
import type { Predict } from '../metrics/index.js';
import { batchOf, type LoadedModel, type ModelInput, needsAwaiting, signatureEntry } from '../model/index.js';
import { inBatchesOf } from './batches-of-one-size.js';
import type { ForwardPass } from './forward-pass.js';
import { knownSizes } from './samples/known-sizes.js';

/** How a graph model is run: to its outputs, or to any node of it. */
export interface GraphForward extends ForwardPass {
  /** Runs a batch of any size up to some nodes, and returns the first output of each. */
  forwardTo(nodes: string[]): Predict;
}

/** Finds out how a graph model is run. */
export async function graphForward(
  { topology, weights }: LoadedModel,
  model: tf.GraphModel,
  inputs: readonly ModelInput[],
): Promise<GraphForward> {
  const outputs = model.outputs.map(({ name }) => name);
  const constants = new Set(weights.map(({ name }) => name));
  const waits = (names: readonly string[]) =>
    needsAwaiting(
      topology,
      names.map((name) => signatureEntry(model, 'outputs', name).node),
      constants,
    );
  const runTo = (names: string[]): Predict =>
    waits(names)
      ? (tensors) => awaitOutputs(model, tensors, names)
      : async (tensors) => tf.tidy(() => computeOutputs(model, tensors, names));
  const run = runTo(outputs);
  const batch = batchOf(model) ?? ((await takesTwo(run, inputs)) ? null : 1);
  const anyBatch = (each: Predict) => (batch === null ? each : inBatchesOf(batch, each));
  return {
    step: waits(outputs) ? null : (tensors) => computeOutputs(model, tensors, outputs),
    batch,
    predict: anyBatch(run),
    forwardTo: (nodes) => anyBatch(runTo(nodes)),
  };
}

/** Runs a batch of the demanded size up to some nodes. */
export function computeOutputs(
  model: tf.GraphModel,
  tensors: readonly tf.Tensor[],
  names: string[],
): tf.Tensor[] {
  return [model.execute(namedInputs(model, tensors), names)].flat();
}

async function awaitOutputs(
  model: tf.GraphModel,
  tensors: readonly tf.Tensor[],
  names: string[],
): Promise<tf.Tensor[]> {
  const own = tf.tidy(() => namedInputs(model, tensors));
  const made = [await model.executeAsync(own, names)].flat();
  // Those that are the caller's inputs stay.
  tf.dispose(Object.values(own).filter((tensor) => !tensors.includes(tensor) && !made.includes(tensor)));
  return made;
}

/** The tensors by the names of the inputs, each of the rank and the type that its placeholder demands. */
function namedInputs(model: tf.GraphModel, tensors: readonly tf.Tensor[]): tf.NamedTensorMap {
  return Object.fromEntries(
    model.inputs.map(({ name, shape, dtype }, index) => {
      const tensor = tensors[index]!;
      const whole = shape !== undefined && shape.length === tensor.rank - 1;
      const ranked = whole ? tf.reshape(tensor, tensor.shape.slice(1)) : tensor;
      return [name, dtype === 'bool' ? tf.cast(ranked, 'bool') : ranked];
    }),
  );
}

/** Whether a model whose placeholders leave the batch open gives two samples two answers. */
async function takesTwo(run: Predict, inputs: readonly ModelInput[]): Promise<boolean> {
  const shapes = inputs.map(({ shape }) => [2, ...knownSizes(shape)]);
  const zeros = inputs.map(({ dtype }, index) => tf.zeros(shapes[index]!, dtype));
  try {
    const outputs = await run(zeros);
    const two = outputs.every((output) => output.shape[0] === 2 && sizeOf(output.shape) > 0);
    tf.dispose(outputs);
    return two;
  } catch {
    return false;
  } finally {
    tf.dispose(zeros);
  }
}
