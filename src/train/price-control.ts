import * as tf from '../engine/tf.js';

/** A bit's price that follows from a size: what `--rate auto` looks for. */
export interface PriceControlOptions {
  /** Of `Rate`. */
  readonly price: tf.Variable;
  /** That the file may take. */
  readonly mostBytes: number;
  /** Of the file that the weights would make as they are now. */
  measureBytes(): Promise<number>;
}

/** Where the search begins: about what a bit is worth at 2 bits, `2 ln(2)` times the error that is left there. */
export const FIRST_PRICE = 0.1;
/** The file is aimed at a little below the limit: what follows the last correction is left to chance. */
const AIM = 0.99;
/** So many times in proportion the price follows the size: a price ten times as high makes a file a fifth smaller. */
const GAIN = 5;
const MAX_CHANGE = 1.6;

/**
 * Raises or lowers the price by how far the file is from the size wanted; called once an epoch.
 *
 * @returns Whether the file is small enough.
 */
export async function controlPrice({
  price,
  mostBytes,
  measureBytes,
}: PriceControlOptions): Promise<{ readonly fits: boolean }> {
  const bytes = await measureBytes();
  const factor = (bytes / (AIM * mostBytes)) ** GAIN;
  const change = Math.min(MAX_CHANGE, Math.max(1 / MAX_CHANGE, factor));
  price.assign(tf.tidy(() => tf.mul(price, change)));
  return { fits: bytes <= mostBytes };
}
