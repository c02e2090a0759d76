/** Standard errors by which one agreement has to be below another before it counts as less. */
const STANDARD_ERRORS = 2;

/**
 * Whether weights agree with the float model less often than others on the same samples, by more than chance explains.
 *
 * It is told by the samples on which one alone disagrees, in a binomial draw as likely the one as the other: of b and c
 * such samples the difference has a standard error of sqrt(b + c). How many those are isn't known, but no more than all
 * disagreements of both, so that 4 of 256 beside none may be chance, and 5 are not.
 *
 * @param one, @param other  Shares of the samples, 0 to 1.
 * @see McNemar 1947, Note on the sampling error of the difference between correlated proportions, Psychometrika 12(2).
 */
export function agreesLess(one: number, other: number, samples: number): boolean {
  const [own, others] = [(1 - one) * samples, (1 - other) * samples];
  return own - others > STANDARD_ERRORS * Math.sqrt(own + others);
}
