import type { RunControls } from '../../core/index.js';
import type { Augmentation } from '../../data/index.js';
import type { Samples, Session } from '../../session/index.js';
import type { TuningOptions } from './tuning-options.js';

/** What it takes to put a model on its grids. */
export interface FittingJob {
  readonly session: Session;
  readonly samples: Samples;
  readonly augmentations: readonly Augmentation[];
  readonly options: TuningOptions;
  readonly controls: RunControls;
}
