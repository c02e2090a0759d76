import { createRandom, endedByEither, silent, UNLIMITED } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import { inputTensors } from '../../metrics/index.js';
import { iterateBatches, resolvedInputs } from '../../session/index.js';
import { canLearnRounding, learnRounding, type Trainee } from '../../train/index.js';
import { featuresTeach } from './features-teach.js';
import type { CompressionJob } from './job.js';

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

/**
 * Learns the rounding of a student block by block before it is trained, where samples are few or synthesised: the training
 * starts from there (docs/decisions/0003).
 *
 * @param stepsPerEpoch  Of the training that follows.
 * @throws QgtError `aborted`.
 */
export async function learnRoundingFirst(
  job: CompressionJob,
  trainee: Trainee,
  stepsPerEpoch: number,
): Promise<void> {
  const { options, samples, session, controls, timeShare = 1 } = job;
  const { onProgress = silent, clock = UNLIMITED } = controls;
  const { epochs, maxSteps = Number.POSITIVE_INFINITY, batchSize, seed, precision } = options;
  const steps = Math.min(STEPS.most, STEPS_FOR_EACH * Math.min(epochs * stepsPerEpoch, maxSteps));
  if (steps < STEPS.least || options.forward !== 'quantized') return;
  if (!featuresTeach(session.liveModel.kind, options, samples)) return;
  if (!canLearnRounding(trainee)) return;
  const inputs = await roundingInputs(job, trainee);
  if (inputs === null) return;
  onProgress({ kind: 'stage', text: LEARNING });
  try {
    const outcome = await learnRounding(trainee, inputs, {
      ...{ steps, leastSteps: STEPS.least, seed, precision },
      ...{ batchSize: Math.min(BATCH, batchSize), atOnce: batchSize },
      ...(clock.isLimited && { maxMs: TIME_SHARE * timeShare * clock.trainingMs }),
      signal: endedByEither(controls).signal,
      onStep: (done, total) => onProgress({ kind: 'measuring', what: LEARNING, done, total }),
    });
    if (outcome === 'no time') clock.leaveOut(LEARNING);
  } finally {
    tf.dispose(inputs);
  }
}

const LEARNING = 'learning the rounding block by block';

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
