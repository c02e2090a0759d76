import { tf } from '../engine/index.js';
import { expandTensor, type PackedModel } from '../pack/index.js';
import { inputTensors } from '../train/index.js';
import { type Folded, foldBatchNorm } from './folding.js';
import { concreteInputs, passOver, type Samples } from './samples.js';
import { createSubject, type Subject } from './subject.js';

const CHECKED_SAMPLES = 8;
/** Of the largest output, or of 1 where all are smaller. */
const MOST_DIFFERENCE = 1e-4;

/** Folds BatchNorm into kernels and checks on a few samples that the outputs stay; else the model remains as it is. */
export async function foldChecked(
  subject: Subject,
  model: PackedModel,
  samples: Samples,
): Promise<{ readonly model: PackedModel; readonly notes: readonly string[] }> {
  const folded = foldBatchNorm(model);
  if (folded.layers === 0) return { model, notes: notesOn(folded) };
  const [before, after] = [
    await outputsOf(subject, model, samples),
    await outputsOf(subject, folded.model, samples),
  ];
  const unit = before.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const difference = before.reduce((most, value, at) => Math.max(most, Math.abs(value - after[at]!)), 0);
  if (difference <= MOST_DIFFERENCE * unit) return { model: folded.model, notes: notesOn(folded) };
  return {
    model,
    notes: [`BatchNorm was not folded into the kernels before it: outputs would differ by ${difference}`],
  };
}

/** All outputs of a packed model on the first samples, one after another. */
async function outputsOf(subject: Subject, packed: PackedModel, samples: Samples): Promise<number[]> {
  const topology = packed.topology as Subject['loaded']['topology'];
  const running = await createSubject({
    ...subject.loaded,
    topology,
    weights: packed.tensors.map(expandTensor),
  });
  const inputs = concreteInputs(subject, samples.evaluation);
  const values: number[] = [];
  for await (const batch of passOver(samples.evaluation, samples.range, CHECKED_SAMPLES, {
    limit: CHECKED_SAMPLES,
  })) {
    const tensors = inputTensors(batch, { inputs });
    const outputs = tf.tidy(() => running.predict(tensors));
    values.push(...outputs.flatMap((output) => Array.from(output.dataSync())));
    tf.dispose([...tensors, ...outputs]);
  }
  running.dispose();
  return values;
}

/** What was folded, and what couldn't be for which reason. */
function notesOn({ layers, unfolded }: Folded): string[] {
  const reasons = [...new Set(unfolded.map(({ reason }) => reason))];
  const rest = reasons.map((reason) => {
    const stay = unfolded.filter((each) => each.reason === reason).map(({ layer }) => layer);
    return `BatchNorm stays in ${stay.join(', ')}: ${reason}`;
  });
  if (layers === 0) return rest;
  const total = layers + unfolded.length;
  return [`BatchNorm: ${layers} of ${total} layers were folded into the kernels before them`, ...rest];
}
