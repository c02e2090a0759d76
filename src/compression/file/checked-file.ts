import { tf } from '../../engine/index.js';
import { inputTensors } from '../../metrics/index.js';
import type { LoadedModel } from '../../model/index.js';
import { expandTensor, type PackedFile, type PackedModel, packModel } from '../../pack/index.js';
import { type Evaluation, iterateBatches, openModel, resolvedInputs } from '../../session/index.js';
import { toBfloat16Floats } from './bfloat16-floats.js';
import type { FinalWeight } from './final-weights.js';
import { type OptimizedModel, optimizeForInference } from './optimize-for-inference.js';
import { wholeModel } from './packing.js';

const CHECKED_SAMPLES = 8;
const MAX_DIFFERENCE = 1e-4;

/** A packed file, the bytes of each tensor in it, and notes for the report. */
export interface CheckedFile extends PackedFile {
  readonly notes: readonly string[];
}

/** Packs a model optimised for inference if a few samples give the same outputs; else with every layer unchanged. */
export async function packChecked(
  evaluation: Evaluation,
  weights: readonly FinalWeight[],
): Promise<CheckedFile> {
  const tensors = weights.map(({ stored }) => stored);
  const whole = wholeModel(evaluation.liveModel, tensors, evaluation.samples);
  const { model, notes } = await leanWhereSame(evaluation, whole, weights);
  return { ...(await packModel(toBfloat16Floats(model))), notes };
}

async function leanWhereSame(
  evaluation: Evaluation,
  model: PackedModel,
  weights: readonly FinalWeight[],
): Promise<{ readonly model: PackedModel; readonly notes: readonly string[] }> {
  if (model.kind === 'graph') return { model, notes: [] };
  const lean = optimizeForInference(model);
  const expanded = new Map(weights.map(({ stored, after }) => [stored, after]));
  const outputsWith = ({ topology, tensors }: PackedModel) =>
    outputsOf(evaluation, {
      ...evaluation.liveModel.loaded,
      topology: topology as LoadedModel['topology'],
      weights: tensors.map((tensor) => expanded.get(tensor) ?? expandTensor(tensor)),
    });
  const difference = differenceOf(await outputsWith(model), await outputsWith(lean.model));
  if (difference <= MAX_DIFFERENCE) return { model: lean.model, notes: notesOn(lean) };
  return {
    model,
    notes: [
      `the file was left as it is, BatchNorm not folded into the kernels before it: outputs would differ by ${difference.toPrecision(2)} of the largest`,
    ],
  };
}

/** The largest difference of two values, over the largest of them, or over 1 where all are smaller. */
function differenceOf(before: readonly Float32Array[], after: readonly Float32Array[]): number {
  let unit = 1;
  let difference = 0;
  for (const [index, values] of before.entries()) {
    for (const [at, value] of values.entries()) {
      unit = Math.max(unit, Math.abs(value));
      difference = Math.max(difference, Math.abs(value - after[index]![at]!));
    }
  }
  return difference / unit;
}

/** Each output of a model on the first samples. */
async function outputsOf({ liveModel, samples }: Evaluation, loaded: LoadedModel): Promise<Float32Array[]> {
  const running = await openModel(loaded);
  const inputs = resolvedInputs(liveModel, samples.evaluation);
  const values: Float32Array[] = [];
  for await (const batch of iterateBatches(samples.evaluation, samples.range, CHECKED_SAMPLES, {
    limit: CHECKED_SAMPLES,
  })) {
    const tensors = inputTensors(batch, { inputs });
    const outputs = tf.tidy(() => running.predict(tensors));
    values.push(...outputs.map((output) => Float32Array.from(output.dataSync())));
    tf.dispose([...tensors, ...outputs]);
  }
  running.dispose();
  return values;
}

/** Writes notes on what was folded and moved, and on what couldn't be folded and why. */
function notesOn({ layers, unfolded, moved }: OptimizedModel): string[] {
  const reasons = [...new Set(unfolded.map(({ reason }) => reason))];
  const rest = reasons.map((reason) => {
    const stay = unfolded.filter((each) => each.reason === reason).map(({ layer }) => layer);
    return `BatchNorm stays in ${stay.join(', ')}: ${reason}`;
  });
  const total = layers + unfolded.length;
  return [
    ...(layers === 0 ? [] : [`BatchNorm layers folded into the kernel before them: ${layers} of ${total}`]),
    ...rest,
    ...(moved === 0
      ? []
      : [`kernels whose scales were moved into the depthwise kernel after them: ${moved}`]),
  ];
}
