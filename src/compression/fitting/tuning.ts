import { createRandom, type NamedTensor } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import { headKind, inputTensors } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import {
  iterateBatches,
  type LiveLayersModel,
  readingsOf,
  resolvedInputs,
  type Samples,
} from '../../session/index.js';
import {
  defaultLoss,
  type FineTuneOptions,
  fineTune,
  gridOf,
  type LossName,
  outputsOf,
  type Training,
  type TrainingData,
} from '../../train/index.js';
import { readWeights } from '../file/layer-weights.js';
import { prepareEpochScore } from './epoch-score.js';
import type { CompressionJob } from './job.js';
import { sizeControl } from './size-in-training.js';
import { createStudent, type TuningStart } from './student.js';

/** A fine-tuned model, off the engine. */
export interface Tuned {
  /** All weights, those with a grid on it. */
  readonly weights: readonly NamedTensor[];
  readonly grids: ReadonlyMap<string, Grid>;
  readonly training: Training;
  readonly losses: readonly LossName[];
}

/** Fine-tunes a copy of the model toward its grids; the float model teaches. */
export async function tune(job: CompressionJob, start: TuningStart): Promise<Tuned> {
  const { liveModel } = start;
  const student = await createStudent(job, start);
  const { trainee, infos } = student;
  const heads = trainee.teacherHeads;
  const losses = heads.map(({ activation }) => job.options.loss ?? defaultLoss(headKind(activation)));
  const score = prepareEpochScore(job, liveModel, trainee);
  try {
    const passes = trainingPasses(job);
    const training = await fineTune(
      trainee,
      { ...passes, evaluate: score.evaluate, size: sizeControl(job, start, student) },
      {
        ...recipeOf(job),
        losses,
        units: await outputVariances(liveModel, job.samples, job.options.batchSize),
        outputs: readingsOf({ ...liveModel, heads }),
      },
    );
    return {
      weights: readWeights(infos),
      grids: new Map(trainee.kernels.map((kernel) => [kernel.name, gridOf(kernel)])),
      training,
      losses,
    };
  } finally {
    score.dispose();
    student.dispose();
  }
}

/** The passes over the samples that train, each with an order and variations of its own. */
function trainingPasses({
  samples: { training, range },
  augmentations,
  options: { batchSize, seed },
}: CompressionJob): Pick<TrainingData, 'steps' | 'batches' | 'plain'> {
  const steps = Math.max(1, Math.floor(training.order.length / batchSize));
  const rest = steps * batchSize <= training.order.length ? 'drop' : 'keep';
  return {
    steps,
    batches: (epoch) =>
      iterateBatches(training, range, batchSize, {
        shuffle: createRandom(seed + 1 + epoch),
        rest,
        augment: { augmentations, random: createRandom(seed + 1 + epoch) },
        reuseArrays: true,
      }),
    plain: () => iterateBatches(training, range, batchSize, { shuffle: createRandom(seed), rest }),
  };
}

/** How to train, as far as it does not depend on the model: as the user chose it, or as the samples allow. */
function recipeOf({
  samples,
  options,
  controls: { onProgress = () => {}, signal },
}: CompressionJob): Omit<FineTuneOptions, 'losses' | 'units' | 'outputs'> {
  const labelled = samples.training.dataset.labels.kind !== 'none';
  const synthesised = options.data === undefined;
  return {
    ...options,
    statistics: synthesised ? 'frozen' : 'batch',
    teaching: synthesised ? 'logits' : 'predictions',
    distill: labelled ? options.distill : 1,
    maxMs: options.maxTime === undefined ? undefined : options.maxTime * 1000,
    onProgress,
    signal,
  };
}

/** The variance of each of the float model's outputs: the unit in which errors of plain values are counted. */
async function outputVariances(
  liveModel: LiveLayersModel,
  samples: Samples,
  batchSize: number,
): Promise<number[]> {
  const inputs = resolvedInputs(liveModel, samples.training);
  for await (const batch of iterateBatches(samples.training, samples.range, batchSize, {
    limit: batchSize,
  })) {
    const variances = tf.tidy(() =>
      outputsOf(liveModel.model, inputTensors(batch, { inputs }), false).map(
        (output) => tf.moments(output).variance,
      ),
    );
    const values = await Promise.all(variances.map(async (variance) => (await variance.data())[0]!));
    tf.dispose(variances);
    return values.map((variance) => (variance > 0 ? variance : 1));
  }
  return liveModel.heads.map(() => 1);
}
