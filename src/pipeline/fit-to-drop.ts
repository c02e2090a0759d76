import { nextCost } from '../plan/index.js';
import { type AllocationSearch, attempt, SHORT_SHARE, shortShare, type Try } from './allocation-search.js';
import { type ChosenWidths, chooseAtCost, sameWidths, widest } from './chosen-widths.js';
import { trains } from './fitting.js';

/** The smallest file that was found. */
export interface DropFit {
  readonly best: Try;
  /** What drops are counted from, on the samples held out for choices. */
  readonly reference: number;
}

/** Full trainings, or roundings, in search of the smallest file. */
const MOST_TRAININGS = 3;
const MOST_ROUNDINGS = 12;
/** Short trainings, before the first full one. */
const MOST_SHORT_TRAININGS = 3;
/** Share of the epochs for which a training goes on at other widths. */
const MORE_SHARE = 0.5;

/** Trainings at most, as a share of the epochs: the short ones, two controls, the first full one and the others. */
export const DROP_SHARES = (MOST_SHORT_TRAININGS + 1) * SHORT_SHARE + 2 + (MOST_TRAININGS - 1) * MORE_SHARE;

/**
 * Fits a model to its grids in the smallest file that loses at most so many points on the samples held out.
 *
 * Short trainings say how much predicted cost can be afforded; then the model is trained in full, and on from there at
 * larger or smaller widths, at most three times in all.
 *
 * @param first  The widths to begin with.
 */
export async function fitToDrop(
  search: AllocationSearch,
  first: ChosenWidths,
  mostDrop: number,
): Promise<DropFit> {
  const trained = trains(search.job);
  let chosen = trained ? await afterShortTrainings(search, first, mostDrop) : first;
  let best = await attempt(search, 'full', chosen, 1);
  let reference = best.metric.before;
  if (trained && dropOf(best, reference) > mostDrop) {
    const control = await attempt(search, 'control', await widest(search.widths, chosen.layers), 1);
    reference = referenceOf(control);
  }
  const tried = [best];
  while (tried.length < (trained ? MOST_TRAININGS : MOST_ROUNDINGS)) {
    const next = await nextWidths(search, tried, reference, mostDrop);
    if (next === null) break;
    chosen = next;
    tried.push(await attempt(search, 'full', chosen, MORE_SHARE, tried.at(-1)));
    best = betterOf(best, tried.at(-1)!, reference, mostDrop);
  }
  return { best, reference };
}

/**
 * The widths to train in full, from what short trainings lose.
 *
 * What they lose at the largest widths too is not counted: more training makes it good. It makes some of the rest good as
 * well, so that the first full training is on the safe side.
 */
async function afterShortTrainings(
  search: AllocationSearch,
  first: ChosenWidths,
  mostDrop: number,
): Promise<ChosenWidths> {
  const share = shortShare(search);
  const control = await attempt(search, 'control', await widest(search.widths, first.layers), share);
  const reference = referenceOf(control);
  const tried: Try[] = [];
  let chosen = first;
  while (tried.length < MOST_SHORT_TRAININGS) {
    tried.push(await attempt(search, 'short', chosen, share));
    const next = await nextWidths(search, tried, reference, mostDrop);
    if (next === null) break;
    chosen = next;
  }
  return chosen;
}

/** The widths to try next; null where that isn't worth its time, or they were tried. */
async function nextWidths(
  { widths }: AllocationSearch,
  tried: readonly Try[],
  reference: number,
  mostDrop: number,
): Promise<ChosenWidths | null> {
  const drops = tried.map((each) => ({ cost: each.chosen.cost, drop: dropOf(each, reference) }));
  const cost = nextCost(drops, mostDrop);
  if (cost === null) return null;
  const next = await chooseAtCost(widths, tried[0]!.chosen.layers, cost);
  return tried.some(({ chosen }) => sameWidths(chosen, next)) ? null : next;
}

/**
 * What a drop is counted from: the float model, or where that is lower the same training at the largest widths.
 *
 * A float model that was trained on the samples held out knows them by heart; what training on the others makes it forget
 * is not the widths' doing.
 */
function referenceOf({ metric: { before, after } }: Try): number {
  return Math.min(before, after);
}

/** In points: hundredths of accuracy, agreement or R2. */
export function dropOf({ metric: { after } }: Try, reference: number): number {
  return 100 * (reference - after);
}

/** The smaller of those that keep the drop, else the one that loses less. */
function betterOf(one: Try, other: Try, reference: number, mostDrop: number): Try {
  const keeps = (each: Try) => dropOf(each, reference) <= mostDrop;
  if (keeps(one) && keeps(other)) return other.bytes < one.bytes ? other : one;
  return dropOf(other, reference) < dropOf(one, reference) ? other : one;
}
