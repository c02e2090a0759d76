import type { RunControls } from '../../core/index.js';
import type { Augmentation } from '../../data/index.js';
import type { Samples, Session } from '../../session/index.js';
import type { TuningOptions } from './tuning-options.js';

/** What it takes to put a model on its grids, before it is known what varies the samples. */
export interface OpenJob {
  readonly session: Session;
  readonly samples: Samples;
  readonly options: TuningOptions;
  readonly controls: RunControls;
}

/** What it takes to put a model on its grids. */
export interface CompressionJob extends OpenJob {
  readonly augmentations: readonly Augmentation[];
}
