/** What is known of the channels of a layer's output: its last dimension. */
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
 * What counts as nothing: the sum of a channel's absolute weights, or a constant at a border.
 *
 * Weight decay ends at 1e-30 to 1e-34. Inputs of 1000, BatchNorm's largest factor (32 at no variance) and a next kernel
 * that makes ten times as much of it leave an error below 1e-4.
 */
export const NOTHING = 1e-10;

/** Whether a channel has one value. */
export function isConstant(constant: number): boolean {
  return !Number.isNaN(constant);
}

/** Channels of which nothing is known. */
export function varyingChannels(count: number, rank: number | null): Channels {
  return { count, constants: new Float64Array(count).fill(Number.NaN), rank, flat: false };
}
