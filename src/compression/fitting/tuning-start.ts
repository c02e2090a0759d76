import type { Grid } from '../../quantize/index.js';
import type { LiveModel } from '../../session/index.js';
import type { PlanByName } from '../file/rounding.js';

/** Start of a fine-tuning: model, plan and grids. */
export interface TuningStart {
  /** The teacher; the student is a copy with the weights of its `loaded`. */
  readonly liveModel: LiveModel;
  readonly plan: PlanByName;
  /** By kernel. */
  readonly grids: ReadonlyMap<string, Grid>;
}
