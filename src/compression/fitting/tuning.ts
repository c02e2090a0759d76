import { createRandom } from '../../core/index.js';
import { iterateBatches, type SampleSet, type Samples } from '../../session/index.js';
import {
  type FineTuneOptions,
  fineTune,
  type TrainingCheckpoint,
  type TrainingData,
} from '../../train/index.js';
import { weightByClass } from './class-weights.js';
import { type EpochScore, prepareEpochScore } from './epoch-score.js';
import type { CompressionJob } from './job.js';
import { learnRoundingFirst, roundingStepsOf } from './learned-rounding.js';
import { trainingUnits } from './output-units.js';
import { sizeControl } from './size-in-training.js';
import { createStudent } from './student.js';
import { withTied } from './tied-kernels.js';
import { limitsOfTraining } from './training-time.js';
import type { Tuned } from './tuned.js';
import { openTuningCheckpoint, type TuningCheckpoint } from './tuning-checkpoint.js';
import { stepsIn, type TuningOptions } from './tuning-options.js';
import type { TuningStart } from './tuning-start.js';

/** Fine-tunes a copy of the model toward its grids; the float model teaches. */
export async function tune(job: CompressionJob, start: TuningStart): Promise<Tuned> {
  const checkpoint = await openTuningCheckpoint(job, start);
  if (checkpoint?.found?.kind === 'finished') return checkpoint.found.tuned;
  const tuned = await train(job, start, checkpoint);
  // A training that was stopped goes on in the run that is resumed.
  if (!tuned.training.isStopped) await checkpoint?.finish(tuned);
  return tuned;
}

async function train(
  labelled: CompressionJob,
  start: TuningStart,
  checkpoint: TuningCheckpoint | undefined,
): Promise<Tuned> {
  const { liveModel } = start;
  const job = liveModel.step === null ? withoutLabels(labelled) : labelled;
  const student = await createStudent(job, start);
  const { trainee } = student;
  const score = prepareEpochScore(job, liveModel, trainee);
  try {
    const passes = trainingPasses(job);
    // A training that goes on began with it.
    const roundingSteps =
      begunIn(checkpoint)?.roundingSteps ?? (await learnRoundingFirst(job, trainee, passes.steps));
    const training = await fineTune(
      trainee,
      { ...passes, evaluate: score.evaluate, size: sizeControl(job, start, student) },
      {
        ...recipeOf(job),
        ...limitsOfTraining(job, trainee, {
          stepsPerEpoch: passes.steps,
          rounding: { wanted: roundingStepsOf(job, passes.steps), taken: roundingSteps },
        }),
        units: await trainingUnits(liveModel, job.samples, student.watched),
        weightByClass: await weightByClass(job),
      },
      checkpoint && trainingCheckpoint(checkpoint, score, roundingSteps),
    );
    return {
      weights: student.weights(),
      // A kernel that isn't trained stays on the grid that it began with.
      grids: new Map([...start.grids, ...student.grids()]),
      roundingSteps,
      training: {
        ...training,
        unsnapped: student.inModel(training.unsnapped),
        residuals: Object.fromEntries(withTied(new Map(Object.entries(training.residuals)), student.tied)),
        notes: [...student.notes, ...training.notes],
      },
      losses: job.samples.heads.map(({ loss }) => loss),
    };
  } finally {
    score.dispose();
    student.dispose();
  }
}

/** A job whose samples have no labels: those of outputs that are not trained on say nothing of what is. */
function withoutLabels(job: CompressionJob): CompressionJob {
  const unlabelled = <Set extends SampleSet | null>(set: Set): Set =>
    set === null ? set : { ...set, dataset: { ...set.dataset, labels: { kind: 'none' } } };
  const { training, validation, epochChoice, comparison } = job.samples;
  return {
    ...job,
    samples: {
      ...job.samples,
      training: unlabelled(training),
      validation: unlabelled(validation),
      epochChoice: unlabelled(epochChoice),
      comparison: unlabelled(comparison),
    },
  };
}

/** The state of a training that was interrupted; null: it begins. */
const begunIn = (checkpoint: TuningCheckpoint | undefined) =>
  checkpoint?.found?.kind === 'begun' ? checkpoint.found : null;

/** The checkpoint as the training sees it; the score's part comes and goes with it. */
function trainingCheckpoint(
  checkpoint: TuningCheckpoint,
  score: EpochScore,
  roundingSteps: number,
): TrainingCheckpoint {
  const begun = begunIn(checkpoint);
  if (begun !== null) score.restore(begun.score);
  return {
    begun: begun?.trainer ?? null,
    isDue: checkpoint.isDue,
    save: (trainer) => checkpoint.keep({ roundingSteps, trainer, score: score.state() }),
  };
}

/** Steps of one pass over the training samples. */
export const stepsInEpoch = (
  { training }: Pick<Samples, 'training'>,
  { batchSize }: Pick<TuningOptions, 'batchSize'>,
): number => stepsIn(training.order.length, batchSize);

/** The passes over the samples that train, each with an order and variations of its own. */
function trainingPasses({
  samples: { training, ranges },
  augmentations,
  options: { batchSize, seed },
}: CompressionJob): Pick<TrainingData, 'steps' | 'batches' | 'plain'> {
  const steps = stepsInEpoch({ training }, { batchSize });
  const rest = steps * batchSize <= training.order.length ? 'drop' : 'keep';
  return {
    steps,
    batches: (epoch, first) =>
      iterateBatches(training, ranges, batchSize, {
        shuffle: createRandom(seed + 1 + epoch),
        rest,
        first,
        augment: { augmentations, random: createRandom(seed + 1 + epoch) },
        reuseArrays: true,
      }),
    plain: () => iterateBatches(training, ranges, batchSize, { shuffle: createRandom(seed), rest }),
  };
}

/** Derives the recipe of a training from the options and the samples. */
function recipeOf({
  samples,
  options,
  controls: { onProgress = () => {}, signal, stopEarly },
}: CompressionJob): Omit<FineTuneOptions, 'units' | 'weightByClass'> {
  const labelled = samples.training.dataset.labels.kind !== 'none';
  const synthesised = options.data === undefined;
  return {
    ...options,
    statistics: synthesised ? 'frozen' : 'batch',
    teaching: synthesised ? 'logits' : 'predictions',
    distill: labelled ? options.distill : 1,
    onProgress,
    signal,
    stopEarly,
  };
}
