/** Samples that are added in favour of each of two models, and in all: half a one to each of four cases. */
const ADDED = { each: 0.5, all: 2 };

/**
 * Computes the standard error of the difference between the accuracies of two models on the same samples. Only samples
 * on which one of them is right and the other is not add to it.
 *
 * Half a sample is added to each of the four cases, so that the error is not 0 where the models never differ.
 *
 * @param before  Share of right decisions of each sample, 0 to 1, by one model.
 * @param after   The same by the other one.
 * @returns As a share of 1.
 * @see Agresti and Min 2005, Statistics in Medicine 24(5), 729-740, the adjusted Wald interval.
 */
export function pairedError(before: readonly number[], after: readonly number[]): number {
  const differences = before.map((share, sample) => share - after[sample]!);
  const count = differences.length + ADDED.all;
  const mean = differences.reduce((sum, each) => sum + each, 0) / count;
  const squares = differences.reduce((sum, each) => sum + each ** 2, 2 * ADDED.each);
  return Math.sqrt((squares / count - mean ** 2) / count);
}

/** Standard errors of a difference within which it is in 95 of 100 cases. */
const IN_95_OF_100 = 1.96;

/** Half of the 95 % interval of a difference, in percentage points, by its standard error as a share of 1; null stays null. */
export const marginOf = (error: number | null): number | null =>
  error === null ? null : 100 * IN_95_OF_100 * error;
