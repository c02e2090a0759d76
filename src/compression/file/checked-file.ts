import { tf } from '../../engine/index.js';
import { inputTensors } from '../../metrics/index.js';
import { expandTensor, type PackedModel } from '../../pack/index.js';
import { concreteInputs, createSubject, passOver, type Samples, type Subject } from '../../session/index.js';
import { type LeanFile, leanFile } from './lean-file.js';

const CHECKED_SAMPLES = 8;
const MOST_DIFFERENCE = 1e-4;

/** Makes the file of a model lean and checks on a few samples that the outputs stay; else the model remains as it is. */
export async function checkedFile(
  subject: Subject,
  model: PackedModel,
  samples: Samples,
): Promise<{ readonly model: PackedModel; readonly notes: readonly string[] }> {
  const lean = leanFile(model);
  if (model.kind === 'graph') return { model, notes: [] };
  const [before, after] = [
    await outputsOf(subject, model, samples),
    await outputsOf(subject, lean.model, samples),
  ];
  const difference = differenceOf(before, after);
  if (difference <= MOST_DIFFERENCE) return { model: lean.model, notes: notesOn(lean) };
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

/** Each output of a packed model on the first samples. */
async function outputsOf(subject: Subject, packed: PackedModel, samples: Samples): Promise<Float32Array[]> {
  const topology = packed.topology as Subject['loaded']['topology'];
  const running = await createSubject({
    ...subject.loaded,
    topology,
    weights: packed.tensors.map(expandTensor),
  });
  const inputs = concreteInputs(subject, samples.evaluation);
  const values: Float32Array[] = [];
  for await (const batch of passOver(samples.evaluation, samples.range, CHECKED_SAMPLES, {
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

/** What was folded and moved, and what couldn't be folded for which reason. */
function notesOn({ layers, unfolded, moved }: LeanFile): string[] {
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
