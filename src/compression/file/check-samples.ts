import { tf } from '../../engine/index.js';
import { expandTensor, type PackedModel } from '../../pack/index.js';
import {
  type Evaluation,
  type LiveModel,
  openModel,
  readInputs,
  valuesInSample,
} from '../../session/index.js';
import { type NoiseUnits, noiseUnits, type OutputValues, outputNoise } from './output-noise.js';

/** Values at most that the inputs of all samples hold. */
const MAX_VALUES = 2 ** 22;
/** Samples that are run at once. */
const BATCH_SIZE = 32;

/** A few training samples, on which packed models are held against the float model and each other. */
export interface CheckSamples {
  /** Units of the float model's outputs. */
  readonly units: readonly NoiseUnits[];
  /** Outputs of the float model. */
  readonly float: readonly OutputValues[];
  /** Runs a packed model. */
  outputsOf(packed: PackedModel): Promise<readonly OutputValues[]>;
  /** How far outputs are from others, a figure for each. */
  noiseBetween(one: readonly OutputValues[], other: readonly OutputValues[]): number[];
  dispose(): void;
}

/** Reads the samples, at most that many, and runs the float model on them. */
export async function openCheckSamples(evaluation: Evaluation, most: number): Promise<CheckSamples> {
  const { liveModel, samples } = evaluation;
  const fitting = Math.floor(MAX_VALUES / valuesInSample(liveModel, samples.training));
  const limit = Math.min(most, Math.max(1, fitting));
  const batches = await readInputs({ ...evaluation, limit }, samples.training, Math.min(limit, BATCH_SIZE));
  const float = run(liveModel, batches);
  const units = float.map(noiseUnits);
  return {
    units,
    float,
    outputsOf: (packed) => outputsOf(liveModel, packed, batches),
    noiseBetween: (one, other) =>
      units.map((unit, output) => outputNoise(unit, one[output]!.values, other[output]!.values)),
    dispose: () => tf.dispose(batches.flat()),
  };
}

/** The outputs of a packed model that stands for a live one. */
async function outputsOf(
  { loaded }: LiveModel,
  { topology, tensors }: PackedModel,
  batches: readonly tf.Tensor[][],
): Promise<OutputValues[]> {
  const running = await openModel({
    ...loaded,
    topology: topology as LiveModel['loaded']['topology'],
    weights: tensors.map(expandTensor),
  });
  try {
    return run(running, batches);
  } finally {
    running.dispose();
  }
}

function run({ predict }: LiveModel, batches: readonly tf.Tensor[][]): OutputValues[] {
  const parts = batches.map((inputs) => {
    const outputs = tf.tidy(() => predict(inputs));
    const values = outputs.map((output) => ({
      values: output.dataSync(),
      width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
    }));
    tf.dispose(outputs);
    return values;
  });
  const [first = []] = parts;
  return first.map(({ width }, output) => ({
    width,
    values: joined(parts.map((part) => part[output]!.values)),
  }));
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    values.set(part, start);
    start += part.length;
  }
  return values;
}
