import * as tf from '../engine/tf.js';

/** An entropy penalty that follows from a file size: what `--entropy-penalty auto` looks for. */
export interface PenaltyControlOptions {
  /** `factor` of the EntropyPenalty. */
  readonly factor: tf.Variable;
  /** Bytes that the file may take. */
  readonly mostBytes: number;
  /** Bytes of the file that the weights would make as they are now. */
  measureBytes(): Promise<number>;
}

/** Where the search begins: about what a bit is worth at 2 bits, `2 ln(2)` times the error that is left there. */
export const FIRST_PENALTY = 0.1;
/** The file is aimed at a little below the limit: what follows the last correction is left to chance. */
const AIM = 0.99;
/** So many times in proportion the penalty follows the size: a penalty ten times as high makes a file a fifth smaller. */
const GAIN = 5;
const MAX_CHANGE = 1.6;

/**
 * Raises or lowers the penalty by how far the file is from the size wanted; called once an epoch.
 *
 * @returns Whether the file is small enough.
 */
export async function controlPenalty({
  factor,
  mostBytes,
  measureBytes,
}: PenaltyControlOptions): Promise<{ readonly fits: boolean }> {
  const bytes = await measureBytes();
  const wanted = (bytes / (AIM * mostBytes)) ** GAIN;
  const change = Math.min(MAX_CHANGE, Math.max(1 / MAX_CHANGE, wanted));
  factor.assign(tf.tidy(() => tf.mul(factor, change)));
  return { fits: bytes <= mostBytes };
}
