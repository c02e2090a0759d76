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

/** Samples that are run, and values at most that their inputs hold. */
const MAX_SAMPLES = 32;
const MAX_VALUES = 2 ** 22;
/** Largest noise that changes to a packed model may add, as a share of the noise that its codes make. */
const MAX_SHARE = 0.01;

/** Says what a packed model's outputs are worth beside those of the same model packed in another way. */
export interface OutputCheck {
  /**
   * The largest noise of an output that a change of the packed model adds, as a share of what may be added: above 1 it
   * shows.
   */
  excess(changed: PackedModel): Promise<number>;
  dispose(): void;
}

/**
 * Runs the float model and a packed one on a few training samples, to know what noise the codes make of each output.
 *
 * @param packed  As it is before anything is done to it but quantization.
 */
export async function createOutputCheck(evaluation: Evaluation, packed: PackedModel): Promise<OutputCheck> {
  const { liveModel, samples } = evaluation;
  const fitting = Math.floor(MAX_VALUES / valuesInSample(liveModel, samples.training));
  const limit = Math.min(MAX_SAMPLES, Math.max(1, fitting));
  const [inputs = []] = await readInputs({ ...evaluation, limit }, samples.training, limit);
  const reference = run(liveModel, inputs);
  const units = reference.map(noiseUnits);
  const exact = await outputsOf(liveModel, packed, inputs);
  const allowed = noiseOf(units, reference, exact).map(
    (noise, output) => MAX_SHARE * noise + units[output]!.resolution,
  );
  return {
    excess: async (changed) => {
      const noise = noiseOf(units, exact, await outputsOf(liveModel, changed, inputs));
      return Math.max(...noise.map((each, output) => (each === 0 ? 0 : each / allowed[output]!)));
    },
    dispose: () => tf.dispose(inputs),
  };
}

function noiseOf(
  units: readonly NoiseUnits[],
  one: readonly OutputValues[],
  other: readonly OutputValues[],
): number[] {
  return units.map((unit, output) => outputNoise(unit, one[output]!.values, other[output]!.values));
}

/** The outputs of a packed model that stands for a live one. */
async function outputsOf(
  { loaded }: LiveModel,
  { topology, tensors }: PackedModel,
  inputs: tf.Tensor[],
): Promise<OutputValues[]> {
  const running = await openModel({
    ...loaded,
    topology: topology as LiveModel['loaded']['topology'],
    weights: tensors.map(expandTensor),
  });
  try {
    return run(running, inputs);
  } finally {
    running.dispose();
  }
}

function run({ predict }: LiveModel, inputs: tf.Tensor[]): OutputValues[] {
  const outputs = tf.tidy(() => predict(inputs));
  const values = outputs.map((output) => ({
    values: Float32Array.from(output.dataSync()),
    width: output.shape.length > 1 ? output.shape.at(-1)! : 1,
  }));
  tf.dispose(outputs);
  return values;
}
