/** Channels of a layer's output, its last dimension, with the constants that are known. */
export interface Channels {
  readonly count: number;
  /** The value that a channel has everywhere and for every input; NaN where it varies. */
  readonly constants: Float64Array;
  /** Dimensions, the batch included; null where that isn't known. */
  readonly rank: number | null;
  /** Positions lie in the last dimension too, after Flatten: element `i` is of channel `i mod count`. */
  readonly flat: boolean;
}

/**
 * Largest value that counts as zero, for the sum of a channel's absolute weights or a constant at a border.
 *
 * Weight decay ends at 1e-30 to 1e-34. Inputs of 1000, BatchNorm's largest factor (32 for a variance of 0) and
 * a kernel behind it that multiplies by ten leave an error below 1e-4.
 */
export const NOTHING = 1e-10;

/** Whether a channel has one value. */
export function isConstant(constant: number): boolean {
  return !Number.isNaN(constant);
}

/** Channels without any known constant. */
export function varyingChannels(count: number, rank: number | null): Channels {
  return { count, constants: new Float64Array(count).fill(Number.NaN), rank, flat: false };
}
