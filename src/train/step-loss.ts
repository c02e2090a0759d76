import * as tf from '../engine/tf.js';
import { type HeadKind, withHeads } from '../metrics/index.js';
import { distillationLoss } from './distillation.js';
import { logitDistance } from './logit-distance.js';
import { losses, lossInput, meanOverRows } from './losses.js';
import { ownHeads, type Trainee } from './trainee.js';

/** Composition of a step's loss, without guidance. */
export interface LossOptions {
  /** Share of the loss that comes from the teacher, 0-1. */
  readonly distill: number;
  /** Temperature that softens the teacher's predictions, 1 or more. */
  readonly temperature: number;
  /**
   * BatchNorm statistics: `batch`, of each batch, estimated anew afterwards; `frozen`, of the float model,
   * where the inputs are synthesised and their own statistics mean nothing.
   */
  readonly statistics: 'batch' | 'frozen';
  /** Values that distillation compares: predictions or logits. */
  readonly teaching: 'predictions' | 'logits';
  /** Per output: the variance of each column of plain values, in which squared errors are counted. */
  readonly units: readonly Float32Array[];
}

/** A batch as a step takes it. */
export interface StepBatch {
  /** One per model input, [batch, ...]. */
  readonly inputs: tf.Tensor[];
  /** One per model output, [batch, ...]; empty where distillation alone teaches. */
  readonly targets: readonly tf.Tensor[];
  /** Results of `teacherLogits`, one per model output; empty where only the labels teach. */
  readonly teaching: readonly tf.Tensor[];
  /** [batch]: how much each sample counts; absent where all count alike. */
  readonly sampleWeights?: tf.Tensor | undefined;
}

/** The teacher's logits, or values where an output is linear, one per output. */
export function teacherLogits({ teacher, teacherHeads }: Trainee, inputs: tf.Tensor[]): tf.Tensor[] {
  return withHeads(teacherHeads, (heads) =>
    teacher.run(inputs).map((output, index) => heads[index]!.toLogits(output)),
  );
}

/** Task loss and distillation, each by its share, summed over what the student gives; padded steps don't count. */
export function studentLoss(trainee: Trainee, options: LossOptions, batch: StepBatch): tf.Scalar {
  return lossOf(trainee, options, batch, trainee.studentHeads.length);
}

/**
 * The same of the model's own outputs alone.
 *
 * What values inside it differ by helps to train, but says little of the outputs: one of them that hardly ever varies can
 * be so far off that nothing else counts.
 */
export function outputLoss(trainee: Trainee, options: LossOptions, batch: StepBatch): tf.Scalar {
  return lossOf(trainee, options, batch, ownHeads(trainee).length);
}

/** The loss of the first of a student's heads, so many. */
function lossOf(
  { student, studentHeads }: Trainee,
  options: LossOptions,
  { inputs, targets, teaching, sampleWeights }: StepBatch,
  count: number,
): tf.Scalar {
  return withHeads(studentHeads, (heads) => {
    const { outputs, masks } = student.run(
      inputs,
      options.statistics === 'batch' ? 'training' : 'prediction',
    );
    const terms = outputs.slice(0, count).flatMap((output, index) => {
      const { kind, toLogits } = heads[index]!;
      const { loss } = studentHeads[index]!;
      const logits = toLogits(output);
      const unit = kind === 'linear' ? tf.tensor1d(options.units[index]!) : 1;
      const mask = masks[index]!;
      const mean = (rows: tf.Tensor) => meanOverRows(weighed(rows, sampleWeights), mask);
      const [target, teacher] = [targets[index], teaching[index]];
      const task = target && mean(losses[loss](lossInput(loss, kind, logits), target, unit));
      const distilled =
        teacher && distanceOf({ teacher, student: logits }, { kind, unit, mask, mean }, options);
      return [
        ...(task === undefined ? [] : [tf.mul(task, 1 - options.distill)]),
        ...(distilled === undefined ? [] : [tf.mul(distilled, options.distill)]),
      ];
    });
    return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
  });
}

/** Settings for comparing the rows of one output. */
interface Comparison {
  readonly kind: HeadKind;
  readonly unit: tf.Tensor | number;
  readonly mask: tf.Tensor | null;
  mean(rows: tf.Tensor): tf.Scalar;
}

/** Computes the distance from the teacher; plain values are compared without conversion to logits. */
function distanceOf(
  pair: { readonly teacher: tf.Tensor; readonly student: tf.Tensor },
  { kind, unit, mask, mean }: Comparison,
  { teaching, temperature }: LossOptions,
): tf.Scalar {
  return teaching === 'logits' && kind !== 'linear'
    ? logitDistance(kind, pair, mask)
    : mean(distillationLoss(kind, pair, unit, temperature));
}

/** @param sampleWeights  [batch]; undefined: all rows count alike. */
function weighed(rows: tf.Tensor, sampleWeights: tf.Tensor | undefined): tf.Tensor {
  if (sampleWeights === undefined) return rows;
  const [batch] = rows.shape;
  return tf.mul(rows, tf.reshape(sampleWeights, [batch!, ...rows.shape.slice(1).map(() => 1)]));
}
