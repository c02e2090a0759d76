import type { OnProgress } from '../core/index.js';
import type { Precision } from '../engine/engine.js';
import type { ScheduleOptions } from './schedule.js';
import type { SizeControlOptions } from './size-control.js';
import type { StepOptions } from './step.js';
import type { Limits } from './time-budget.js';
import type { Batches } from './trainee.js';

/** Length, rates and loss of a training. */
export interface FineTuneOptions extends StepOptions, ScheduleOptions, Limits {
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
  /** Ends the training after the step. */
  readonly stopEarly?: AbortSignal | undefined;
}

/** How to train as a user may choose it: the rest follows from the model, the samples and the run. */
export type Recipe = Omit<
  FineTuneOptions,
  | 'losses'
  | 'units'
  | 'outputs'
  | 'statistics'
  | 'teaching'
  | Exclude<keyof Limits, 'maxSteps'>
  | 'onProgress'
  | 'signal'
  | 'stopEarly'
>;

/** The data of a training. */
export interface TrainingData {
  /** Steps in one epoch. */
  readonly steps: number;
  /**
   * One shuffled pass, varied as the user wants it; a batch's arrays may change when the next is asked for.
   *
   * @param first  Number of the batch to begin with, from 0; those before it are left out.
   */
  batches(epoch: number, first: number): Batches;
  /** A shuffled pass over the samples as they are, for BatchNorm's statistics. */
  plain(): Batches;
  /** The student on its grid, on the held-out part; absent where there is none. */
  readonly evaluate?: () => Promise<{
    readonly name: string;
    readonly value: number;
    /** Score by which states are compared; higher is better. */
    readonly score: number;
    /** Name of the score where it isn't `name`'s: `the noise of the outputs`. */
    readonly scoredBy?: string | undefined;
  }>;
  /** A file size to reach by the entropy penalty; absent where the penalty is given, or there is none. */
  readonly size?: SizeControlOptions | undefined;
}

/** One epoch's figures. */
export interface EpochTrace {
  readonly epoch: number;
  /** Mean over the epoch, guidance left out. */
  readonly loss: number;
  /** lambda at its end. */
  readonly guidance: number;
  readonly learningRate: number;
  readonly metric: number | null;
  /** `|w - Q(w)|^2 / |w|^2` by kernel. */
  readonly residuals: Readonly<Record<string, number>>;
  /** Share of the codes that changed since the epoch before, 0 to 1, by kernel. */
  readonly flips: Readonly<Record<string, number>>;
  /** Squared error that a bit is worth, in units of a channel's mean square; 0: no penalty. */
  readonly entropyPenalty: number;
}

/** Result of a training. */
export interface Training {
  readonly trace: readonly EpochTrace[];
  readonly epochsDone: number;
  /** Precision of the convolutions. */
  readonly precision: Exclude<Precision, 'auto'>;
  /** `repeatedBy` of `TimeBudget`; null where it was stopped. */
  readonly repeatedBy: number | null;
  /** Whether `stopEarly` ended it. */
  readonly isStopped: boolean;
  /** `|w - Q(w)|^2 / |w|^2` before the weights were put on their grid, by kernel. */
  readonly residuals: Readonly<Record<string, number>>;
  /** Under which the codes were chosen, as in `EpochTrace`. */
  readonly entropyPenalty: number;
  /** Kernels whose codes fill a size: they have fewer of them than their width allows. */
  readonly filling: ReadonlySet<string>;
  /** The kernels as they were before that, row-major. */
  readonly unsnapped: ReadonlyMap<string, Float32Array>;
  readonly notes: readonly string[];
}
