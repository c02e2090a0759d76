/** Sums up a figure over any number of batches. */
export interface Meter {
  /** @param output, @param target  One output of a batch and what it should be, both row-major with `width` columns. */
  add(output: Float32Array, target: Float32Array, width: number): void;
  value(): number;
}

/** A meter of a figure that not any samples tell. */
export interface TellingMeter extends Meter {
  /** Whether the targets so far vary, or say anything, so that the figure can differ from model to model. */
  varies(): boolean;
}
