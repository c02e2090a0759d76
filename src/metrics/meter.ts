/** Sums up a figure over any number of batches. */
export interface Meter {
  /** @param output, @param target  One output of a batch and what it should be, both row-major with `width` columns. */
  add(output: Float32Array, target: Float32Array, width: number): void;
  value(): number;
}
