import * as tf from '../engine/tf.js';

/** Options of `controlPenalty`, which finds the entropy penalty for a file size (`--entropy-penalty auto`). */
export interface PenaltyControlOptions {
  /** `factor` of the EntropyPenalty. */
  readonly factor: tf.Variable;
  /** Largest file size, in bytes. */
  readonly mostBytes: number;
  /** Measures the bytes of the file that the present weights would make. */
  measureBytes(): Promise<number>;
}

/** First penalty factor: about the worth of a bit at 2 bits, `2 ln(2)` times the error that remains there. */
export const FIRST_PENALTY = 0.1;
/** Target size as a share of the limit: a little below it, since the size still varies after the last correction. */
const AIM = 0.99;
/** Exponent from size ratio to penalty ratio: a tenfold penalty makes a file about a fifth smaller. */
const GAIN = 5;
const MAX_CHANGE = 1.6;

/**
 * Raises or lowers the penalty by how far the file is from the size wanted; called once an epoch.
 *
 * @param bytes  Of the file at the end of the epoch.
 */
export function adjustPenalty({ factor, mostBytes }: PenaltyControlOptions, bytes: number): void {
  const wanted = (bytes / (AIM * mostBytes)) ** GAIN;
  const change = Math.min(MAX_CHANGE, Math.max(1 / MAX_CHANGE, wanted));
  factor.assign(tf.tidy(() => tf.mul(factor, change)));
}
