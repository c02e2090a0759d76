import type { StageControls } from '../../core/index.js';
import type { Augmentation } from '../../data/index.js';
import type { Evaluation, Samples, Session } from '../../session/index.js';
import type { TuningOptions } from './tuning-options.js';

/** Input of a compression: session, samples, options and controls, before the augmentations are chosen. */
export interface OpenJob {
  readonly session: Session;
  readonly samples: Samples;
  readonly options: TuningOptions;
  readonly controls: StageControls;
}

/** Complete input of a compression, with the chosen augmentations. */
export interface CompressionJob extends OpenJob {
  readonly augmentations: readonly Augmentation[];
  /** Share of the time left for trainings that this one may take; left out: all of it. */
  readonly timeShare?: number;
  /** The file that a training is to end with; left out: its size is as it comes. */
  readonly filling?: Filling;
}

/** A size of a file, and the kernels that take what the others leave of it. */
export interface Filling {
  readonly mostBytes: number;
  /** Names. */
  readonly kernels: ReadonlySet<string>;
}

/** Creates the measurement input for a job's models. */
export function evaluationOf({ session, samples, options, controls }: OpenJob): Evaluation {
  const { engine, liveModel } = session;
  return { engine, liveModel, samples, seed: options.seed, ...controls };
}
