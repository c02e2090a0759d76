import type { CompressionJob } from '../compression/index.js';
import type { Goal } from '../plan/goal.js';
import { type AllocationSearch, type Candidate, predictCosts, startSearch } from './allocation-search.js';
import { type ChosenWidths, chooseAtCost, chooseWithin } from './chosen-widths.js';
import { DROP_SHARES, fitToDrop } from './fit-to-drop.js';
import { fitToSize, sizeShares } from './fit-to-size.js';

/** A model that was fitted to a goal. */
export interface GoalFit {
  readonly goal: Goal;
  readonly search: AllocationSearch;
  readonly best: Candidate;
  /** Metric from which drops are counted, on the samples held out for choices. */
  readonly reference: number;
}

/** Approximate percentage points lost per nat of predicted cost after training; the first try starts near the limit. */
const POINTS_PER_NAT = 2.5;

/** How often all epochs are trained at most. */
export const trainingShares = (job: CompressionJob, { kind }: Goal): number =>
  kind === 'size' ? sizeShares(job) : DROP_SHARES;

/** Chooses each layer's width for a goal, and fits the model to its grids. */
export async function fitToGoal(job: CompressionJob, goal: Goal): Promise<GoalFit> {
  const search = await startSearch(job, trainingShares(job, goal));
  const first = await firstWidths(search, goal);
  if (goal.kind === 'drop') return { goal, search, ...(await fitToDrop(search, first, goal.mostDrop)) };
  const best = await fitToSize(search, first, goal);
  return { goal, search, best, reference: best.metric.before };
}

/** The widths to begin with, before anything is trained. */
export async function firstWidths(search: AllocationSearch, goal: Goal): Promise<ChosenWidths> {
  const layers = await predictCosts(search);
  return goal.kind === 'size'
    ? chooseWithin(search.widths, layers, goal)
    : chooseAtCost(search.widths, layers, goal.mostDrop / POINTS_PER_NAT);
}
