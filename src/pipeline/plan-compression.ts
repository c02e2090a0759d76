import {
  type CompressionJob,
  effortEpochs,
  LEARNING,
  openToCompress,
  optionsForSamples,
  type PlanByName,
  packedModel,
  planModel,
  postTrainingQuantize,
  quantizeModel,
  roundingStepsOf,
  stepsIn,
  type TuningOptions,
  trains,
  withDefaults,
} from '../compression/index.js';
import { type OnProgress, type RunControls, silent } from '../core/index.js';
import { firstWidths, planOf, startSearch, trainingShares } from '../mixed-precision/index.js';
import { packModel } from '../pack/index.js';
import { goalOf } from '../plan/goal.js';
import { FLOAT_BITS, numeral } from '../report/index.js';
import { namedRanges, openSamples, type Samples, type Session, timeSynthesis } from '../session/index.js';
import { efforts } from '../train/index.js';
import type { CompressOptions } from './options/commands.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import type { Plan, PlannedLayer } from './results.js';
import { clockOf } from './run-time.js';
import { sampleOptions } from './sample-options.js';

/** Steps that are timed; the first ones, which record and check, are not counted. */
const TIMED_STEPS = 12;
const SET_UP_STEPS = 3;
/** The same of each block that learns its rounding. */
const TIMED_BLOCK = { steps: 20, setUp: 10 };

/** Plans what `compress` would do with these options: bits and bytes of each weight, and the time; nothing is written. */
export async function planCompression(options: CompressOptions, controls: RunControls = {}): Promise<Plan> {
  const { startedAt = performance.now() } = controls;
  const parsed = withDefaults(parseOptions('compress', options));
  const session = await openToCompress(parsed, controls.onProgress ?? silent);
  try {
    const startMs = performance.now() - startedAt;
    const clock = clockOf(parsed, startedAt);
    const { synthesis, ...options } = sampleOptions(parsed, { ...controls, clock, onProgress: silent });
    const synthesises = options.data === undefined && options.epochs > 0;
    const made = synthesises ? await timeSynthesis(session, { ...options, synthesis }) : null;
    const samples = await openSamples(session, {
      ...options,
      // As many as will be trained on, that only fill the timed batches, unless `--bits auto` measures on them.
      synthesis: {
        ...synthesis,
        samples: made?.count ?? synthesis.samples,
        worth: parsed.bits === 'auto' ? 'measurement' : 'noise',
      },
    });
    try {
      const tuning = optionsForSamples(parsed, session, samples);
      const job = { session, samples, augmentations: [], options: tuning, controls };
      const plan = await planJob(job, startMs + (made?.ms ?? 0));
      return { ...plan, notes: [...missedLimits(parsed, plan), ...plan.notes] };
    } finally {
      await samples.close();
    }
  } finally {
    session.liveModel.dispose();
  }
}

/** @param beforeMs  Time until the training begins. */
async function planJob(job: CompressionJob, beforeMs: number): Promise<Plan> {
  const { session, samples, options } = job;
  const { liveModel } = session;
  const { plan, shares, notes } = await firstPlan(job);
  const { stored } = postTrainingQuantize(job, plan);
  const { bytes, tensorBytes } = await packModel(packedModel(liveModel, stored, samples));
  const times = await timeTraining(job, plan);
  const count = samples.training.order.length;
  const timeOf = (epochs: number, { epochMs, roundingMs }: TrainingTimes) => {
    const rounding = roundingMs * roundingStepsOf({ ...job, options: { ...options, epochs } }, stepsOf(job));
    const training = epochMs * epochsWithin(epochs, count, options);
    return Math.max(beforeMs, limited(beforeMs + (rounding + training) * shares, options));
  };
  return {
    model: liveModel.loaded.source,
    layers: plannedLayers(session, plan, tensorBytes),
    inputRanges: samples.knownRanges && namedRanges(liveModel, samples.knownRanges),
    outputs: samples.heads.map(({ name, kind, logits, loss, decision, metric }) => ({
      output: name,
      kind,
      logits,
      loss,
      metric: metric?.name ?? (decision === null ? 'r2' : 'accuracy'),
    })),
    bytesBefore: liveModel.loaded.bytes,
    expectedBytes: bytes.length,
    expectedRatio: liveModel.loaded.bytes / bytes.length,
    expectedMs: times && timeOf(options.epochs, times),
    efforts:
      times === null
        ? []
        : efforts.map((effort) => {
            const epochs = effortEpochs(effort.name, options, count);
            return { name: effort.name, epochs, expectedMs: timeOf(epochs, times) };
          }),
    // Without data the samples only fill the batches whose time is taken.
    notes: [...notes, ...(options.data === undefined ? [] : samples.notes), ...liveModel.loaded.notes],
  };
}

/** Says which limits of the size a plan misses, if nothing in the run aims at them. */
function missedLimits(
  { bits, entropyPenalty, maxBytes, minRatio, check }: ParsedOptions<'compress'>,
  { expectedBytes, expectedRatio }: Plan,
): string[] {
  if (bits === 'auto' || entropyPenalty === 'auto') return [];
  const missed = [
    ...(maxBytes !== undefined && expectedBytes > maxBytes && check.maxBytes !== 'off'
      ? [`about ${numeral(expectedBytes)} bytes, --max-bytes allows ${numeral(maxBytes)}`]
      : []),
    ...(minRatio !== undefined && expectedRatio < minRatio && check.minRatio !== 'off'
      ? [`about ${numeral(expectedRatio)} times smaller, --min-ratio asks for ${numeral(minRatio)}`]
      : []),
  ];
  return missed.map(
    (text) => `${text}: --bits auto chooses widths for a size, or names the least that it can come to`,
  );
}

/** Makes the plan of given widths, or the first one of the search; and counts how often all epochs are trained. */
async function firstPlan(
  job: CompressionJob,
): Promise<{ readonly plan: PlanByName; readonly shares: number; readonly notes: readonly string[] }> {
  const { session, options } = job;
  const { bits } = options;
  if (bits !== 'auto')
    return { plan: planModel(session.liveModel, { ...options, bits }), shares: 1, notes: [] };
  const goal = goalOf(options, session.liveModel.loaded.bytes);
  const search = await startSearch(job, trainingShares(job, goal));
  const plan = planOf(search.widths, await firstWidths(search, goal));
  if (!trains(job)) return { plan, shares: 1, notes: [] };
  const notes = [
    'these are the widths that the search begins with: they are tried, and chosen anew, in training',
  ];
  return { plan, shares: trainingShares(job, goal), notes };
}

function plannedLayers(
  { liveModel }: Session,
  plan: PlanByName,
  tensorBytes: ReadonlyMap<string, number>,
): PlannedLayer[] {
  return liveModel.weights.map(({ name, kind, shape }) => {
    const { grid, reason } = plan.get(name)!;
    const params = shape.reduce((product, size) => product * size, 1);
    return {
      name,
      kind,
      shape,
      params,
      bits: grid?.bits ?? FLOAT_BITS,
      reason,
      floatBytes: 4 * params,
      expectedBytes: tensorBytes.get(name) ?? 0,
    };
  });
}

const limited = (ms: number, { maxTime }: TuningOptions): number =>
  Math.min(ms, 1000 * (maxTime ?? Number.POSITIVE_INFINITY));

/** Computes the epochs that --max-steps allows. */
const epochsWithin = (epochs: number, count: number, { batchSize, maxSteps }: TuningOptions): number =>
  Math.min(epochs, (maxSteps ?? Number.POSITIVE_INFINITY) / stepsIn(count, batchSize));

/** Times of a training, in milliseconds. */
interface TrainingTimes {
  readonly epochMs: number;
  /** A step of learning the rounding in each of the blocks; 0 where it isn't learned. */
  readonly roundingMs: number;
}

const stepsOf = ({ samples, options }: CompressionJob): number =>
  stepsIn(samples.training.order.length, options.batchSize);

/** Measures times from a few steps; null where nothing would be trained. */
async function timeTraining(job: CompressionJob, plan: PlanByName): Promise<TrainingTimes | null> {
  if (!trains(job)) return null;
  const { samples, options, controls } = job;
  const count = samples.training.order.length;
  const { batchSize } = options;
  const moments: number[] = [];
  const ofBlocks: number[] = [];
  const onProgress: OnProgress = (event) => {
    if (event.kind === 'step') moments.push(performance.now());
    if (event.kind === 'measuring' && event.what === LEARNING) ofBlocks.push(performance.now());
  };
  // Whether some effort learns the rounding.
  const most = Math.max(options.epochs, ...efforts.map(({ name }) => effortEpochs(name, options, count)));
  const learns = roundingStepsOf({ ...job, options: { ...options, epochs: most } }, stepsOf(job)) > 0;
  const few = {
    ...job,
    samples: limitSamples(samples, Math.min(count, batchSize * TIMED_STEPS)),
    options: {
      ...options,
      // An epoch of few samples is over before a step takes its usual time.
      epochs: Math.ceil(TIMED_STEPS / stepsIn(count, batchSize)),
      maxTime: undefined,
      maxSteps: undefined,
      roundingSteps: learns ? TIMED_BLOCK.steps : 0,
    },
    controls: { ...controls, onProgress },
  };
  await quantizeModel(few, plan);
  const from = Math.min(SET_UP_STEPS, moments.length - 1) - 1;
  const stepMs = (moments.at(-1)! - moments[Math.max(0, from)]!) / Math.max(1, moments.length - 1 - from);
  return { epochMs: stepMs * stepsOf(job), roundingMs: sumOfTimes(ofBlocks) };
}

/** Time of a step in each of the blocks, of those after the first ones of each. @param moments  Of every step's end. */
function sumOfTimes(moments: readonly number[]): number {
  const { steps, setUp } = TIMED_BLOCK;
  const times = moments.map((end, index) =>
    index % steps < setUp ? 0 : (end - moments[index - 1]!) / (steps - setUp),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

function limitSamples(samples: Samples, count: number): Samples {
  const first = { ...samples.training, order: samples.training.order.slice(0, count) };
  const one = { ...first, order: first.order.slice(0, 1) };
  return { ...samples, training: first, validation: one, epochChoice: one, comparison: one, evaluation: one };
}
