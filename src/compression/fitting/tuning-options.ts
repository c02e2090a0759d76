import type { LossName } from '../../metrics/index.js';
import type { GoalOptions } from '../../plan/goal.js';
import type { BitRules } from '../../plan/index.js';
import { type Effort, epochsOf, findEffort, type Recipe } from '../../train/index.js';

/** What a compression is to do, with what depends on the effort and the samples left open. */
export interface OpenOptions
  extends GoalOptions,
    Omit<BitRules, 'bits'>,
    Omit<Recipe, 'epochs' | 'learningRate'> {
  /** Left out: inputs are synthesised. */
  readonly data?: string | undefined;
  readonly effort: Effort['name'];
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly learningRate?: number | undefined;
  /** In seconds. */
  readonly maxTime?: number | undefined;
  readonly loss?: LossName | undefined;
  /** How much a sample of each class counts; left out: all alike. */
  readonly classWeights?: 'auto' | readonly number[] | undefined;
  readonly entropyPenalty: number | 'auto';
  readonly seed: number;
}

/** The same as it stands before the samples are counted. */
export interface TimedOptions extends OpenOptions {
  readonly epochs: number;
}

/** The same with nothing left open. */
export interface TuningOptions extends TimedOptions {
  readonly batchSize: number;
  readonly learningRate: number;
}

const MIN_BATCH = 32;
const MAX_BATCH = 128;
/** At `MAX_BATCH`. Invented inputs stand large steps less well than real ones (docs/decisions/0003). */
const LEARNING_RATE = { withData: 0.002, withoutData: 0.001 };
const STEPS_PER_EPOCH = 64;

/** Fills in how long to train. */
export function withDefaults<Options extends OpenOptions>(options: Options): Options & TimedOptions {
  const epochs = options.epochs ?? epochsOf(findEffort(options.effort), options.data !== undefined);
  return { ...options, epochs };
}

/**
 * Fills in what a step is like, by the number of samples that are trained on.
 *
 * A shorter training on some of them keeps these steps.
 */
export function forSamples<Options extends TimedOptions>(
  options: Options,
  samples: number,
): Options & TuningOptions {
  const batchSize = options.batchSize ?? defaultBatchSize(samples);
  const learningRate = options.learningRate ?? defaultLearningRate(batchSize, options.data !== undefined);
  return { ...options, batchSize, learningRate };
}

/** The largest power of two, 32 to 128, that leaves some 64 steps an epoch. */
function defaultBatchSize(samples: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, samples / STEPS_PER_EPOCH)));
  return Math.min(samples, MAX_BATCH, Math.max(MIN_BATCH, wanted));
}

/**
 * Falls with the square root of the batch size, for a gradient of fewer samples is noisier; larger batches than 128
 * gain nothing by a higher one.
 *
 * @see Malladi et al. 2022, arXiv:2205.10287, the square root scaling rule for Adam; docs/decisions/0009-recipe.md.
 */
function defaultLearningRate(batchSize: number, withData: boolean): number {
  const rate = withData ? LEARNING_RATE.withData : LEARNING_RATE.withoutData;
  return rate * Math.sqrt(Math.min(1, batchSize / MAX_BATCH));
}
