import type { QuantizedModel } from './fitting.js';

/** The better of trained and rounded weights. */
export interface BetterWeights {
  readonly fitted: QuantizedModel;
  /** Which they are, and why; null where that needs no word. */
  readonly note: string | null;
  /** Notes of a training that was given up, for example that time cut it short. */
  readonly trainingNotes?: readonly string[];
}

/** The energy of an error over that of the signal, by their ratio in dB; null: there is no error. */
export function errorShare(sqnrDb: number | null): number {
  return sqnrDb === null ? 0 : 10 ** (-sqnrDb / 10);
}
