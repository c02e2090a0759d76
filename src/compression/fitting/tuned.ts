import type { NamedTensor } from '../../core/index.js';
import type { LossName } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import type { Training } from '../../train/index.js';

/** A fine-tuned model, off the engine. */
export interface Tuned {
  /** All weights; those that have a grid lie on it. */
  readonly weights: readonly NamedTensor[];
  readonly grids: ReadonlyMap<string, Grid>;
  readonly training: Training;
  readonly losses: readonly LossName[];
}
