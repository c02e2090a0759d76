import { joinFloats, sizeOf, UNLIMITED } from '../../core/index.js';
import { collectGarbage, tf } from '../../engine/index.js';
import { expandTensor, type PackedModel } from '../../pack/index.js';
import {
  type Evaluation,
  type LiveModel,
  measuredAtOnce,
  openModel,
  readInputs,
  valuesInSample,
} from '../../session/index.js';
import { type NoiseUnits, noiseUnits, type OutputValues, outputNoise } from './output-noise.js';

/** Values at most that the inputs of all samples hold, and their outputs. */
const MAX_VALUES = 2 ** 22;
/** Samples that are run at once. */
const BATCH_SIZE = 32;
/** Samples at most for a model that takes them a few at a time, whatever the batch, and so takes long. */
const MAX_SLOW_SAMPLES = 4;

/** A few training samples, on which packed models are held against the float model and each other. */
export interface CheckSamples {
  /** Units of the float model's outputs. */
  readonly units: readonly NoiseUnits[];
  /** Outputs of the float model. */
  readonly float: readonly OutputValues[];
  /** Runs a packed model. */
  outputsOf(packed: PackedModel): Promise<readonly OutputValues[]>;
  /** How far outputs are from others, a figure for each; null where the size changes by model or by sample. */
  noiseBetween(one: readonly OutputValues[], other: readonly OutputValues[]): (number | null)[];
  dispose(): void;
}

/** How many samples there are, at most that many, that a model of this size is checked on. */
function checkedCount({ liveModel, samples: { training } }: Evaluation, most: number): number {
  const fitting = Math.floor(
    MAX_VALUES / Math.max(valuesInSample(liveModel, training), valuesInOutputs(liveModel)),
  );
  const slow = liveModel.batch === null ? most : MAX_SLOW_SAMPLES;
  return Math.min(most, slow, training.order.length, Math.max(1, fitting));
}

/** Values of one sample's outputs, as far as their sizes are known. */
const valuesInOutputs = ({ sources }: LiveModel): number =>
  sources.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Estimates the time of reading the samples, and of running the float model and another on them. */
export function checkMs(evaluation: Evaluation, most: number): number {
  const { clock = UNLIMITED } = evaluation;
  return checkedCount(evaluation, most) * clock.sampleMs;
}

/** Reads the samples, at most that many, and runs the float model on them. */
export async function openCheckSamples(evaluation: Evaluation, most: number): Promise<CheckSamples> {
  const { liveModel, samples } = evaluation;
  const limit = checkedCount(evaluation, most);
  const batchSize = measuredAtOnce(liveModel, samples.training, Math.min(limit, BATCH_SIZE));
  const batches = await readInputs({ ...evaluation, limit }, samples.training, batchSize);
  const float = await run(liveModel, batches);
  const units = float.map(noiseUnits);
  return {
    units,
    float,
    outputsOf: (packed) => outputsOf(liveModel, packed, batches),
    noiseBetween: (one, other) =>
      units.map((unit, output) => {
        const [own, others] = [one[output]!.values, other[output]!.values];
        const comparable = own.length > 0 && own.length === others.length;
        return comparable ? outputNoise(unit, own, others) : null;
      }),
    dispose: () => tf.dispose(batches.flat()),
  };
}

/** The outputs of a packed model that stands for a live one. */
async function outputsOf(
  { loaded }: LiveModel,
  { topology, tensors }: PackedModel,
  batches: readonly tf.Tensor[][],
): Promise<OutputValues[]> {
  const numbers = loaded.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  collectGarbage(numbers);
  const weights = tensors.map(expandTensor);
  const running = await openModel({
    ...loaded,
    topology: topology as LiveModel['loaded']['topology'],
    weights,
  });
  // The model has copies of its own.
  weights.length = 0;
  collectGarbage(numbers);
  try {
    return await run(running, batches);
  } finally {
    running.dispose();
  }
}

async function run({ predict }: LiveModel, batches: readonly tf.Tensor[][]): Promise<OutputValues[]> {
  const parts: { readonly values: ArrayLike<number>; readonly width: number }[][] = [];
  for (const inputs of batches) {
    const outputs = await predict(inputs);
    const values = outputs.map((output) => ({
      values: output.dataSync(),
      width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
    }));
    tf.dispose(outputs);
    parts.push(values);
  }
  const [first = []] = parts;
  return first.map(({ width }, output) => ({
    width,
    values: joinFloats(parts.map((part) => part[output]!.values)),
  }));
}
