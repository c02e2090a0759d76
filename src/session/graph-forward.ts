import { sizeOf } from '../core/index.js';
import { type CountedWork, countedWork, ownOutputs } from '../engine/index.js';
import * as tf from '../engine/tf.js';
import type { Predict } from '../metrics/index.js';
import {
  type BatchDemand,
  batchOf,
  type LoadedModel,
  leadFromInputs,
  type ModelInput,
  needsAwaiting,
  signatureEntry,
} from '../model/index.js';
import { inBatchesOf } from './batches-of-one-size.js';
import type { ForwardPass } from './forward-pass.js';
import { knownSizes } from './samples/known-sizes.js';

/** How a graph model is run: to its outputs, or to any node of it. */
export interface GraphForward extends ForwardPass {
  /** Work of one input, of the sizes that are known; null: it doesn't run on zeros. */
  readonly work: CountedWork | null;
  /** Shape of a sample of each output, for inputs of the sizes that are known; null where it has no row for each. */
  readonly made: readonly (readonly number[] | null)[];
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
  const nodesOf = (side: 'inputs' | 'outputs', names: readonly string[]) =>
    names.map((name) => signatureEntry(model, side, name).node);
  const waits = (names: readonly string[]) => needsAwaiting(topology, nodesOf('outputs', names), constants);
  const runTo = (names: string[]): Predict =>
    waits(names)
      ? (tensors) => awaitOutputs(model, tensors, names)
      : async (tensors) => tf.tidy(() => computeOutputs(model, tensors, names));
  const run = runTo(outputs);
  const isMade = leadFromInputs(
    topology,
    {
      inputs: nodesOf(
        'inputs',
        inputs.map(({ name }) => name),
      ),
      outputs: nodesOf('outputs', outputs),
    },
    constants,
  );
  const trial = { run, inputs, isMade };
  const { batch, work, made } = await triedOnce(topology, () => tryOut(trial, batchOf(model)));
  const anyBatch = (each: Predict) => (batch === null ? each : inBatchesOf(batch, each));
  return {
    step: waits(outputs) ? null : (tensors) => computeOutputs(model, tensors, outputs),
    batch,
    work,
    made,
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
  return ownOutputs([model.execute(namedInputs(model, tensors), names)].flat(), [
    ...tensors,
    ...constantsOf(model),
  ]);
}

const constantsOf = ({ weights }: tf.GraphModel): tf.Tensor[] => Object.values(weights).flat();

async function awaitOutputs(
  model: tf.GraphModel,
  tensors: readonly tf.Tensor[],
  names: string[],
): Promise<tf.Tensor[]> {
  const own = tf.tidy(() => namedInputs(model, tensors));
  const found = [await model.executeAsync(own, names)].flat();
  const made = ownOutputs(found, [...tensors, ...constantsOf(model)]);
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

/** The facts that one run of a graph tells. */
type Trial = Pick<GraphForward, 'batch' | 'work' | 'made'>;

/** By topology: the same graph is opened with other weights again and again. */
const trials = new WeakMap<object, Promise<Trial>>();

function triedOnce(topology: LoadedModel['topology'], trial: () => Promise<Trial>): Promise<Trial> {
  const known = trials.get(topology) ?? trial();
  trials.set(topology, known);
  return known;
}

/** How a graph is tried out. */
interface Tried {
  readonly run: Predict;
  readonly inputs: readonly ModelInput[];
  /** Whether each output is made of the inputs. A constant has no row for each sample, whatever its size. */
  readonly isMade: readonly boolean[];
}

/**
 * Runs a graph on zeros: what it makes of them in all, and where its placeholders leave the batch open, whether it gives
 * two samples two answers.
 */
async function tryOut(tried: Tried, demanded: BatchDemand): Promise<Trial> {
  if (demanded === null) {
    const two = await runOnZeros(tried, 2);
    if (two?.made.every((shape) => shape !== null)) return { batch: null, work: two.work, made: two.made };
  }
  const batch = demanded ?? 1;
  const own = await runOnZeros(tried, batch);
  return own === null ? { batch, work: null, made: [] } : { batch, work: own.work, made: own.made };
}

/** Runs a graph on zeros, and tells the work of one of them, and the shape of a sample of each output; null: it fails. */
async function runOnZeros(
  { run, inputs, isMade }: Tried,
  batch: number,
): Promise<{ readonly work: CountedWork; readonly made: GraphForward['made'] } | null> {
  const zeros = inputs.map(({ shape, dtype }) => tf.zeros([batch, ...knownSizes(shape)], dtype));
  try {
    const { result: outputs, values, multiplications } = await countedWork(() => run(zeros));
    const made = outputs.map(({ shape }, index) =>
      isMade[index] && shape[0] === batch && sizeOf(shape) > 0 ? shape.slice(1) : null,
    );
    tf.dispose(outputs);
    return { work: { values: values / batch, multiplications: multiplications / batch }, made };
  } catch {
    return null;
  } finally {
    tf.dispose(zeros);
  }
}
