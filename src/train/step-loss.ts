import * as tf from '../engine/tf.js';
import { type HeadKind, withHeads } from '../metrics/index.js';
import { distillationLoss } from './distillation.js';
import { logitDistance } from './logit-distance.js';
import type { LossName } from './loss-names.js';
import { losses, lossInput } from './losses.js';
import { outputsOf, type Trainee } from './trainee.js';

/** What the loss of a step is made of, guidance left out. */
export interface LossOptions {
  /** One per output. */
  readonly losses: readonly LossName[];
  /** Share of the loss that comes from the teacher, 0-1. */
  readonly distill: number;
  /** At which the teacher's predictions are softened, 1 or more. */
  readonly temperature: number;
  /**
   * BatchNorm on the statistics of each batch, which are then estimated anew; or on the float model's, where the inputs
   * are invented and their statistics nobody's.
   */
  readonly statistics: 'batch' | 'frozen';
  /** What distillation compares: the predictions, or the logits. */
  readonly teaching: 'predictions' | 'logits';
  /** Per output: squared errors of plain values are measured in this unit (their variance in the float model). */
  readonly units: readonly number[];
}

/** A batch as a step takes it. */
export interface StepBatch {
  /** One per model input, [batch, ...]. */
  readonly inputs: tf.Tensor[];
  /** One per model output, [batch, ...]; empty where distillation alone teaches. */
  readonly targets: readonly tf.Tensor[];
  /** What `teacherLogits` gives, one per model output; empty where the labels alone teach. */
  readonly teaching: readonly tf.Tensor[];
}

/** The teacher's logits, or values where an output is linear, one per output. */
export function teacherLogits({ teacher, teacherHeads }: Trainee, inputs: tf.Tensor[]): tf.Tensor[] {
  return withHeads(teacherHeads, (heads) =>
    outputsOf(teacher, inputs, false).map((output, index) => heads[index]!.toLogits(output)),
  );
}

/** Task loss and distillation, each by its share, summed over the student's outputs. */
export function studentLoss(
  { student, studentHeads }: Trainee,
  options: LossOptions,
  { inputs, targets, teaching }: StepBatch,
): tf.Scalar {
  return withHeads(studentHeads, (heads) => {
    const terms = outputsOf(student, inputs, options.statistics === 'batch').flatMap((output, index) => {
      const { kind, toLogits } = heads[index]!;
      const logits = toLogits(output);
      const unit = kind === 'linear' ? options.units[index]! : 1;
      const target = targets[index];
      const wanted = teaching[index];
      const name = options.losses[index]!;
      const task = target && losses[name](lossInput(name, kind, logits), target);
      const distilled =
        wanted && distanceOf(kind, options.teaching)(kind, wanted, logits, options.temperature);
      return [
        ...(task === undefined ? [] : [tf.mul(task, (1 - options.distill) / unit)]),
        ...(distilled === undefined ? [] : [tf.mul(distilled, options.distill / unit)]),
      ];
    });
    return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
  });
}

/** Plain values are compared as they are. */
function distanceOf(kind: HeadKind, teaching: LossOptions['teaching']): typeof distillationLoss {
  return teaching === 'logits' && kind !== 'linear' ? logitDistance : distillationLoss;
}
