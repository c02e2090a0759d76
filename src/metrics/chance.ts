/** How often luck alone may pass for skill. */
export const LUCK = 0.01;

/**
 * How many of a number of answers must be right before luck explains them too seldom: the least k with
 * P(X >= k) <= `LUCK` for a binomial X.
 *
 * @param share  Above 0: how often a guess is right.
 * @param tries  How many such answers there were to choose the best from; each gets its part of the probability.
 * @returns `samples + 1` where even all of them right could be luck.
 */
export function leastBeyondLuck(samples: number, share: number, tries = 1): number {
  if (share >= 1) return samples + 1;
  const logOdds = Math.log(share) - Math.log1p(-share);
  // From all right downwards, in logarithms: the first terms are far below what a double can hold.
  let logTerm = samples * Math.log(share);
  let tail = 0;
  for (let right = samples; right >= 0; right--) {
    tail += Math.exp(logTerm);
    if (tail > LUCK / tries) return right + 1;
    logTerm += Math.log(right) - Math.log(samples - right + 1) - logOdds;
  }
  return 0;
}
