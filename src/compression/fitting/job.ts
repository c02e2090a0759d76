import type { RunControls } from '../../core/index.js';
import type { Augmentation } from '../../data/index.js';
import type { Samples, Session } from '../../session/index.js';
import type { TuningOptions } from './tuning-options.js';

/** Input of a compression: session, samples, options and controls, before the augmentations are chosen. */
export interface OpenJob {
  readonly session: Session;
  readonly samples: Samples;
  readonly options: TuningOptions;
  readonly controls: RunControls;
}

/** Complete input of a compression, with the chosen augmentations. */
export interface CompressionJob extends OpenJob {
  readonly augmentations: readonly Augmentation[];
}
