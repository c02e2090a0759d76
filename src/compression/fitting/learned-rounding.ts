import { createRandom, endedByEither, type RunClock, silent, UNLIMITED } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import { inputTensors } from '../../metrics/index.js';
import { modelBlocks } from '../../model/index.js';
import { iterateBatches, resolvedInputs } from '../../session/index.js';
import { canLearnRounding, learnRounding, type Trainee } from '../../train/index.js';
import { featuresTeach } from './features-teach.js';
import type { CompressionJob, OpenJob } from './job.js';
import { stepsIn } from './tuning-options.js';

/** Samples that rounding is learned on, and most values of all of them at the ends of a block: 256 MB. */
const SAMPLES = { least: 64, most: 1024 };
const MOST_VALUES = 2 ** 26;
/** Samples that are read at once, and most in a step. */
const AT_ONCE = 64;
const BATCH = 32;
/** Steps of each block: so many for each step of the training, and no more than tell; fewer than the least do harm. */
const STEPS_FOR_EACH = 8;
const STEPS = { least: 1500, most: 3000 };
/** Largest share of the time for a training. */
const TIME_SHARE = 0.5;

/** A job, and the kernels whose bits have a price, so that a size is filled. */
type RoundedJob = OpenJob & Pick<CompressionJob, 'filling'>;

/**
 * Steps in which each block of a job's model is to learn its rounding before a training; 0: it isn't learned.
 *
 * Where samples are synthesised, or few and without labels, it is on the native engine, as far as the training is long enough.
 */
export function roundingStepsOf(
  { session, samples, options, filling }: RoundedJob,
  stepsPerEpoch: number,
): number {
  const { epochs, maxSteps = Number.POSITIVE_INFINITY, roundingSteps } = options;
  const { kind } = session.liveModel;
  if (filling !== undefined || whyUnlearned({ session, options }).length > 0) return 0;
  if (roundingSteps !== undefined) return roundingSteps;
  // On the embedded engine it would take ten times as long as the training.
  if (session.engine.name !== 'native') return 0;
  if (!featuresTeach(kind, options, samples) || !areFit(samples)) return 0;
  const steps = Math.min(STEPS.most, STEPS_FOR_EACH * Math.min(epochs * stepsPerEpoch, maxSteps));
  return steps < STEPS.least ? 0 : Math.floor(steps);
}

/** Why no model learns its rounding with these options, or this one with any; empty: it can. */
export function whyUnlearned({ session, options }: Pick<OpenJob, 'session' | 'options'>): string[] {
  const { liveModel } = session;
  const isWhole = liveModel.kind === 'layers' && modelBlocks(liveModel.model).length === 0;
  return [
    ...(options.epochs === 0 ? ['with --epochs 0'] : []),
    ...(options.forward === 'float' ? ['with --forward float'] : []),
    ...(options.entropyPenalty === 0 ? [] : ['with --entropy-penalty']),
    ...(liveModel.kind === 'graph' ? ['on a GraphModel'] : []),
    ...(isWhole ? ['on a model that cannot be cut into blocks'] : []),
  ];
}

/** Whether a job's model learns its rounding block by block before its training. */
export const learnsRounding = (job: RoundedJob): boolean =>
  roundingStepsOf(job, stepsIn(job.samples.training.order.length, job.options.batchSize)) > 0;

/** Steps of a training that take about as long as learning the rounding does: a step in each block is one of a smaller batch. */
export function stepsWorthOfRounding(job: RoundedJob, stepsPerEpoch: number): number {
  const { batchSize } = job.options;
  return (roundingStepsOf(job, stepsPerEpoch) * Math.min(BATCH, batchSize)) / batchSize;
}

/**
 * Learns the rounding of a student block by block before it is trained, where that is to be done: the training starts from
 * there (docs/decisions/0003).
 *
 * @param stepsPerEpoch  Of the training that follows.
 * @returns Steps that each block took; 0: the student is as it was.
 * @throws QgtError `aborted`.
 */
export async function learnRoundingFirst(
  job: CompressionJob,
  trainee: Trainee,
  stepsPerEpoch: number,
): Promise<number> {
  const { options, controls, timeShare = 1 } = job;
  const { onProgress = silent, clock = UNLIMITED } = controls;
  const { batchSize, seed, precision } = options;
  const steps = roundingStepsOf(job, stepsPerEpoch);
  if (steps === 0 || !canLearnRounding(trainee)) return 0;
  const maxMs = clock.isLimited ? TIME_SHARE * timeShare * clock.trainingMs : undefined;
  if (maxMs === 0) return leftOut(clock);
  const inputs = await roundingInputs(job, trainee);
  if (inputs === null) return 0;
  onProgress({ kind: 'stage', text: LEARNING });
  const startedAt = performance.now();
  try {
    const taken = await learnRounding(trainee, inputs, {
      ...{ steps, seed, precision },
      ...{ batchSize: Math.min(BATCH, batchSize), atOnce: batchSize },
      maxMs,
      signal: endedByEither(controls).signal,
      onStep: (done, total) => {
        const remainingMs = ((performance.now() - startedAt) / done) * (total - done);
        onProgress({ kind: 'measuring', what: LEARNING, done, total, remainingMs });
      },
    });
    return taken === 0 ? leftOut(clock) : taken;
  } finally {
    tf.dispose(inputs);
  }
}

/** @returns 0, the steps that are taken. */
function leftOut(clock: RunClock): number {
  clock.leaveOut(`${LEARNING}, as with --rounding-steps 0`);
  return 0;
}

/**
 * Whether samples are fit for it: real ones without labels if they are enough, synthesised ones if they were moved toward
 * the statistics of BatchNorm. Others are too unlike real ones (docs/decisions/0003).
 */
const areFit = ({ training, synthesis }: OpenJob['samples']): boolean =>
  synthesis === undefined
    ? training.dataset.labels.kind === 'none' && training.order.length >= SAMPLES.least
    : synthesis.made === 'statistics';

export const LEARNING = 'learning the rounding block by block';

/** Training samples, varied as in training, [samples, ...] for each input; null: their values would take too much memory. */
async function roundingInputs(
  { samples: { training, ranges }, session: { liveModel }, augmentations, options: { seed } }: CompressionJob,
  { teacher }: Trainee,
): Promise<tf.Tensor[] | null> {
  const inputs = resolvedInputs(liveModel, training);
  const parts: tf.Tensor[][] = [];
  let most = SAMPLES.most;
  for (let pass = 0, count = 0; count < most && (pass === 0 || augmentations.length > 0); pass++) {
    const random = createRandom(seed + 1 + pass);
    const how = { shuffle: random, augment: { augmentations, random } };
    for await (const batch of iterateBatches(training, ranges, AT_ONCE, how)) {
      const tensors = inputTensors(batch, { inputs });
      if (parts.length === 0) most = Math.min(most, MOST_VALUES / valuesAtEnds(teacher, tensors));
      parts.push(tensors);
      if (most < SAMPLES.least) {
        tf.dispose(parts);
        return null;
      }
      count += batch.size;
      if (count >= most) break;
    }
  }
  const all = inputs.map((_, index) => tf.concat(parts.map((part) => part[index]!)));
  tf.dispose(parts);
  return all;
}

/** The values of one sample at both ends of a block, at the most: what goes in twice, by the student and the float model. */
function valuesAtEnds(teacher: Trainee['teacher'], inputs: readonly tf.Tensor[]): number {
  return tf.tidy(() => {
    let values = inputs.map((each) => tf.slice(each, 0, 1));
    let most = 1;
    for (const block of teacher.blocks()) {
      const made = block.run(values);
      most = Math.max(most, 2 * values.reduce((sum, { size }) => sum + size, 0) + made.size);
      values = [made];
    }
    return most;
  });
}
