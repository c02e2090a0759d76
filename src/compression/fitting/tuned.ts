import type { NamedTensor } from '../../core/index.js';
import type { LossName } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import type { Training } from '../../train/index.js';

/** A fine-tuned model, off the engine. */
export interface Tuned {
  /** All weights; those that have a grid lie on it. */
  readonly weights: readonly NamedTensor[];
  readonly grids: ReadonlyMap<string, Grid>;
  /** Steps in which each block learned its rounding before the training; 0: it didn't. */
  readonly roundingSteps: number;
  readonly training: Training;
  readonly losses: readonly LossName[];
}
