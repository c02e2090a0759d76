import type { Training } from '../../train/index.js';
import type { QuantizedModel } from './quantized-model.js';

/** The better of trained and rounded weights. */
export interface BetterWeights {
  readonly fitted: QuantizedModel;
  /** Which they are, and why; null where that needs no word. */
  readonly note: string | null;
  /** Whether its kernels are only rounded, whatever became of the rest. */
  readonly hasRoundedKernels: boolean;
  /** The training that was given up. */
  readonly givenUp?: Training;
}

/** The training of weights that are not taken, as `BetterWeights` has it. */
export const givenUp = ({ tuned }: QuantizedModel): Pick<BetterWeights, 'givenUp'> =>
  tuned === undefined ? {} : { givenUp: tuned.training };
