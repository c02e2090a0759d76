import { trains } from '../compression/index.js';
import type { SizeGoal } from '../plan/goal.js';
import {
  type AllocationSearch,
  type Candidate,
  predictCosts,
  SHORT_SHARE,
  shortShare,
  trainCandidate,
} from './allocation-search.js';
import { type ChosenWidths, chooseWithin, sameWidths } from './chosen-widths.js';

/** Trainings at most, as a share of the epochs: two short ones and the one that counts. */
export const SIZE_SHARES = 2 * SHORT_SHARE + 1;

/**
 * Fits a model to its grids in a file of at most `mostBytes`.
 *
 * After a short training the costs are predicted anew; the widths that they suggest are taken where another short training
 * finds them better.
 *
 * @param first  The widths to begin with.
 */
export async function fitToSize(
  search: AllocationSearch,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  const chosen = trains(search.job) ? await refine(search, first, goal) : first;
  return trainCandidate(search, { kind: 'full', chosen, share: 1 });
}

async function refine(search: AllocationSearch, first: ChosenWidths, goal: SizeGoal): Promise<ChosenWidths> {
  const share = shortShare(search);
  const tried = await trainCandidate(search, { kind: 'short', chosen: first, share });
  const second = await chooseWithin(search.widths, await predictCosts(search, tried.fitted), goal);
  if (sameWidths(first, second)) return second;
  const other = await trainCandidate(search, { kind: 'short', chosen: second, share });
  return closeness(other) > closeness(tried) ? second : first;
}

/** Measures how close the predictions are to the float model's; it separates trainings of equal accuracy. */
function closeness({ metric: { outputSqnrDb } }: Candidate): number {
  return outputSqnrDb ?? Number.POSITIVE_INFINITY;
}
