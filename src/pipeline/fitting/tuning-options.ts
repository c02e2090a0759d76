import { epochsOf, findEffort } from '../../train/index.js';
import type { ParsedOptions } from '../parse-options.js';

/** A compression's options as they stand before its samples are counted. */
export type TimedOptions = ParsedOptions<'compress'> & {
  readonly epochs: number;
};

/** A compression's options with nothing left open. */
export type TuningOptions = TimedOptions & {
  readonly batchSize: number;
  readonly learningRate: number;
};

/** Without data and without a word from the user, training ends after so many seconds. */
export const DEFAULT_SECONDS_WITHOUT_DATA = 600;
const SMALLEST_BATCH = 32;
const LARGEST_BATCH = 128;
/** At `LARGEST_BATCH`. Invented inputs stand large steps less well than real ones (docs/decisions/0003). */
const LEARNING_RATE = { withData: 0.002, withoutData: 0.001 };
const STEPS_PER_EPOCH = 64;

/** Fills in how long to train. */
export function withDefaults(options: ParsedOptions<'compress'>): TimedOptions {
  const free = options.data === undefined;
  return {
    ...options,
    epochs: options.epochs ?? epochsOf(findEffort(options.effort), !free),
    maxTime: options.maxTime ?? (free ? DEFAULT_SECONDS_WITHOUT_DATA : undefined),
  };
}

/**
 * Fills in what a step is like, by the number of samples that are trained on.
 *
 * A shorter training on some of them keeps these steps.
 */
export function forSamples(options: TimedOptions, samples: number): TuningOptions {
  const batchSize = options.batchSize ?? defaultBatchSize(samples);
  const learningRate = options.learningRate ?? defaultLearningRate(batchSize, options.data !== undefined);
  return { ...options, batchSize, learningRate };
}

/** The largest power of two, 32 to 128, that leaves some 64 steps an epoch. */
function defaultBatchSize(samples: number): number {
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, samples / STEPS_PER_EPOCH)));
  return Math.min(samples, LARGEST_BATCH, Math.max(SMALLEST_BATCH, wanted));
}

/**
 * Falls with the square root of the batch size, for a gradient of fewer samples is noisier; larger batches than 128
 * gain nothing by a higher one.
 *
 * @see Malladi et al. 2022, arXiv:2205.10287, the square root scaling rule for Adam; docs/decisions/0009-recipe.md.
 */
function defaultLearningRate(batchSize: number, withData: boolean): number {
  const rate = withData ? LEARNING_RATE.withData : LEARNING_RATE.withoutData;
  return rate * Math.sqrt(Math.min(1, batchSize / LARGEST_BATCH));
}
