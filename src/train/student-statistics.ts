import { throwIfAborted } from '../core/index.js';
import * as tf from '../engine/tf.js';
import { type Batch, inputTensors, targetTensors } from '../metrics/index.js';
import { hasBatchNorm, recalibrateBatchNorm, statisticsOf } from './batch-norm-statistics.js';
import type { StudentModel } from './models.js';
import { sampleWeights } from './sample-weights.js';
import { takeSnapshot } from './snapshot.js';
import { outputLoss, type StepBatch, teacherLogits } from './step-loss.js';
import type { Batches, Trainee } from './trainee.js';
import type { FineTuneOptions } from './training.js';

const STATISTICS_BATCHES = 100;
/** On which they are held against the float model's own. */
const COMPARED_BATCHES = 8;

/** Share of a step that a pass of the student alone takes: a step has the teacher's and the way back too. */
const PASS_SHARE = 0.5;

/** Work of `renewStatistics`, in steps of the training. */
export function workOfStatistics(layers: StudentModel['layers'], stepsPerEpoch: number): number {
  if (!hasBatchNorm(layers)) return 0;
  const batches = Math.min(STATISTICS_BATCHES, stepsPerEpoch);
  return PASS_SHARE * batches + Math.min(COMPARED_BATCHES, batches);
}

/**
 * Estimates the student's BatchNorm statistics anew, on the first 100 of `batches`, and keeps them where they are better
 * than the float model's own.
 *
 * @returns A note where the float model's were better; else null.
 * @throws QgtError `aborted`.
 */
export async function renewStatistics(
  trainee: Trainee,
  plain: () => Batches,
  options: FineTuneOptions,
): Promise<string | null> {
  const { engine, student, inputs } = trainee;
  const { layers } = student;
  if (!hasBatchNorm(layers)) return null;
  const batches = plain()[Symbol.asyncIterator]();
  let left = STATISTICS_BATCHES;
  await recalibrateBatchNorm(
    engine,
    layers,
    (xs) => student.run(xs, 'estimation'),
    async () => {
      throwIfAborted(options.signal);
      if (left-- === 0) return null;
      const next = await batches.next();
      return next.done ? null : inputTensors(next.value, { inputs });
    },
  );
  await batches.return?.();
  return keepBetter(trainee, plain, options);
}

/** Goes back to the float model's statistics where the loss is lower with them. */
async function keepBetter(
  trainee: Trainee,
  plain: () => Batches,
  options: FineTuneOptions,
): Promise<string | null> {
  const own = statisticsOf(trainee.student.layers);
  const renewed = takeSnapshot(own);
  const float = takeSnapshot(own, statisticsOf(trainee.teacher.layers));
  const losses = { renewed: 0, float: 0 };
  let left = COMPARED_BATCHES;
  try {
    for await (const each of plain()) {
      throwIfAborted(options.signal);
      if (left-- === 0) break;
      const batch = stepBatch(trainee, options, each);
      losses.renewed += lossWithStatistics(trainee, options, batch);
      float.restore();
      losses.float += lossWithStatistics(trainee, options, batch);
      renewed.restore();
      const { inputs, targets, teaching, sampleWeights: weights } = batch;
      tf.dispose([...inputs, ...targets, ...teaching, ...(weights === undefined ? [] : [weights])]);
    }
    if (!isLower(losses.float, losses.renewed)) return null;
    float.restore();
    const count = COMPARED_BATCHES - Math.max(0, left);
    const [better, worse] = [losses.float, losses.renewed].map((sum) => (sum / count).toPrecision(3));
    return `BatchNorm keeps the float model's statistics: the loss is ${better} with them, and ${worse} with those estimated anew`;
  } finally {
    renewed.dispose();
    float.dispose();
  }
}

/** A batch as its loss takes it. */
function stepBatch(trainee: Trainee, options: FineTuneOptions, batch: Batch): StepBatch {
  const { labels, size } = batch;
  const inputs = inputTensors(batch, trainee);
  return {
    inputs,
    targets: labels === undefined ? [] : targetTensors(labels, size, trainee.studentHeads),
    teaching: options.distill === 0 ? [] : tf.tidy(() => teacherLogits(trainee, inputs)),
    sampleWeights: sampleWeights(batch, options.weightByClass),
  };
}

/** Whether one loss is lower than another; what is no number is lower than nothing. */
const isLower = (one: number, other: number): boolean =>
  one < other || (Number.isNaN(other) && !Number.isNaN(one));

/** The loss of a batch as the model is used: with the statistics that its BatchNorm layers have. */
function lossWithStatistics(trainee: Trainee, options: FineTuneOptions, batch: StepBatch): number {
  return tf.tidy(() => outputLoss(trainee, { ...options, statistics: 'frozen' }, batch).dataSync()[0]!);
}
