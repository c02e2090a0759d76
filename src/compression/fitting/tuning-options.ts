import type { DataSource } from '../../data/index.js';
import type { LossName } from '../../metrics/index.js';
import type { GoalOptions } from '../../plan/goal.js';
import type { BitRules } from '../../plan/index.js';
import { type Samples, type Session, trainedAtOnce } from '../../session/index.js';
import { type Effort, epochsOf, findEffort, forwardRecipes, type Recipe } from '../../train/index.js';
import { featuresTeach } from './features-teach.js';

/** Options of a compression, before the effort and the samples fill in the rest. */
export interface OpenOptions
  extends GoalOptions,
    Omit<BitRules, 'bits'>,
    Omit<Recipe, 'epochs' | 'learningRate' | 'guidance'> {
  /** Left out: inputs are synthesised. */
  readonly data?: DataSource | undefined;
  readonly effort: Effort['name'];
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly guidance?: number | undefined;
  /** Time limit in seconds. */
  readonly maxTime?: number | undefined;
  /** Steps in which each block learns its rounding before the training; left out: by the samples and the training. */
  readonly roundingSteps?: number | undefined;
  readonly loss?: LossName | undefined;
  /** How much a sample of each class counts; left out: all alike. */
  readonly classWeights?: 'auto' | readonly number[] | undefined;
  readonly entropyPenalty: number | 'auto';
  readonly seed: number;
}

/** The same with what doesn't depend on the samples filled in, before they are counted. */
export interface TimedOptions extends OpenOptions {
  readonly epochs: number;
  readonly guidance: number;
}

/** The same, which still tells the option that says how many epochs: few samples have more of an effort. */
export interface UncountedOptions extends TimedOptions {
  readonly epochsBy: 'option' | 'effort';
}

/** The same with nothing left open. */
export interface TuningOptions extends TimedOptions {
  readonly batchSize: number;
  readonly learningRate: number;
}

/** How many times as much memory a step takes where the values inside a model teach: 2.8 by measurement. */
const FEATURES_TAKE = 3;
const MIN_BATCH = 32;
const MAX_BATCH = 128;
/** Learning rates at `MAX_BATCH`; synthesised inputs need smaller steps than real ones (docs/decisions/0003). */
const LEARNING_RATE = { withData: 0.002, withoutData: 0.001 };
const STEPS_PER_EPOCH = 64;

/** Fills in the epochs and the guidance. */
export function withDefaults<Options extends OpenOptions>(options: Options): Options & UncountedOptions {
  const epochs = options.epochs ?? epochsOf(findEffort(options.effort), options.data !== undefined);
  const epochsBy = options.epochs === undefined ? 'effort' : 'option';
  const guidance = options.guidance ?? forwardRecipes[options.forward].guidance;
  return { ...options, epochs, epochsBy, guidance };
}

/** Fills in batch size and learning rate from the training samples, and what the model makes of each. */
export function optionsForSamples<Options extends UncountedOptions>(
  options: Options,
  { engine, liveModel }: Pick<Session, 'engine' | 'liveModel'>,
  samples: Pick<Samples, 'training' | 'heads'>,
): Omit<Options, 'epochsBy'> & TuningOptions {
  const { training } = samples;
  const inMemory = trainedAtOnce(liveModel, training, engine.name);
  // The teacher's values are kept too, and the squares of what differs.
  const parts = featuresTeach(liveModel.kind, options, samples) ? FEATURES_TAKE : 1;
  return forSamples(options, training.order.length, Math.max(1, Math.floor(inMemory / parts)));
}

/**
 * Fills in batch size and learning rate from the number of training samples.
 *
 * A shorter training on some of them keeps these steps.
 *
 * @param inMemory  Most samples in a batch; left out: any.
 */
export function forSamples<Options extends UncountedOptions>(
  options: Options,
  samples: number,
  inMemory = Number.POSITIVE_INFINITY,
): Omit<Options, 'epochsBy'> & TuningOptions {
  const batchSize = options.batchSize ?? Math.min(inMemory, defaultBatchSize(samples));
  const learningRate = options.learningRate ?? defaultLearningRate(batchSize, options.data !== undefined);
  const { epochsBy, ...rest } = options;
  const { epochs: given, effort } = options;
  const epochs = epochsBy === 'option' ? given : effortEpochs(effort, { ...options, batchSize }, samples);
  return { ...rest, epochs, batchSize, learningRate };
}

/** The epochs of an effort on so many training samples: more of few ones, but not of many in large batches. */
export function effortEpochs(
  name: Effort['name'],
  { data, batchSize }: Pick<TuningOptions, 'data' | 'batchSize'>,
  samples: number,
): number {
  const steps = Math.max(stepsIn(samples, batchSize), stepsIn(samples, MIN_BATCH));
  return epochsOf(findEffort(name), data !== undefined, steps);
}

/** Steps of one pass over so many samples. */
export const stepsIn = (samples: number, batchSize: number): number =>
  Math.max(1, Math.floor(samples / batchSize));

/** Finds the largest power of two, 32 to 128, that leaves about 64 steps per epoch. */
function defaultBatchSize(samples: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, samples / STEPS_PER_EPOCH)));
  return Math.min(samples, MAX_BATCH, Math.max(MIN_BATCH, wanted));
}

/**
 * Computes the learning rate: it falls with the square root of the batch size, since gradients of fewer samples
 * are noisier; batches above 128 gain nothing from a higher one.
 *
 * @see Malladi et al. 2022, arXiv:2205.10287, the square root scaling rule for Adam; docs/decisions/0009-recipe.md.
 */
function defaultLearningRate(batchSize: number, withData: boolean): number {
  const rate = withData ? LEARNING_RATE.withData : LEARNING_RATE.withoutData;
  return rate * Math.sqrt(Math.min(1, batchSize / MAX_BATCH));
}
