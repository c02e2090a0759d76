import type { RoundedWeights } from '../file/rounding.js';
import type { Tuned } from './tuned.js';

/** A model on its grids. */
export interface QuantizedModel extends RoundedWeights {
  /** Absent where the weights were rounded without training. */
  readonly tuned?: Pick<Tuned, 'training' | 'losses' | 'roundingSteps'>;
}
