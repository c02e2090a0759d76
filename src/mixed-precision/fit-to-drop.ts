import { trains } from '../compression/index.js';
import { dropPoints, worseOf } from '../report/index.js';
import {
  type AllocationSearch,
  type Candidate,
  CONTROL_SHARE,
  hasTimeFor,
  trainCandidate,
} from './allocation-search.js';
import { type ChosenWidths, chooseAtCost, sameWidths, widest } from './chosen-widths.js';
import { nextCost } from './drop-search.js';

/** The smallest file that was found. */
export interface DropFit {
  readonly best: Candidate;
  /**
   * Metric from which drops are counted, on the samples held out for choices: the float model's, or where that
   * is lower, that of the first weights that lost too much after further training at the largest widths.
   *
   * A float model that was trained on the held-out samples has memorised their labels; the drop from training on the
   * others is not caused by the widths. Without labels the float model's answers are what is right: nothing is memorised.
   */
  readonly reference: number;
}

/** Most trainings, or roundings, in search of the smallest file. */
const MAX_TRAININGS = 3;
const MAX_ROUNDINGS = 12;

const CONTROL_TRAINING =
  'the training at the largest widths, which tells whether the widths or the training lose';
const OTHER_TRAININGS = 'further trainings in search of widths';
const OTHER_ROUNDINGS = 'further roundings in search of widths';

/** Trainings at most, as a share of the epochs. */
export const DROP_SHARES = MAX_TRAININGS + CONTROL_SHARE;

/**
 * Fits a model to its grids in the smallest file that loses at most `mostDrop` points on the held-out samples.
 *
 * The model is trained in full at the first widths, then from the start at larger or smaller ones, at most three times in
 * all: continuing from weights trained toward another grid gives a worse result.
 *
 * @param first  The widths to begin with.
 */
export async function fitToDrop(
  search: AllocationSearch,
  first: ChosenWidths,
  mostDrop: number,
): Promise<DropFit> {
  const trained = trains(search.job);
  const isLabelled = search.job.samples.training.dataset.labels.kind !== 'none';
  const tried: Candidate[] = [];
  let control: Candidate | null = null;
  let reference: number | null = null;
  for (let next: ChosenWidths | null = first; next !== null; ) {
    const latest: Candidate = await trainCandidate(search, { kind: 'full', chosen: next, share: 1 });
    tried.push(latest);
    const { before, scale } = latest.metric;
    reference = worseOf(reference ?? before, before, scale);
    if (latest.isStopped) break;
    const inDoubt = trained && isLabelled && control === null && dropOf(latest, reference) > mostDrop;
    if (inDoubt && (await hasTimeFor(search, 'control', CONTROL_TRAINING))) {
      const widths = await widest(search.widths, next.layers);
      control = await trainCandidate(search, {
        kind: 'control',
        chosen: widths,
        share: CONTROL_SHARE,
        start: latest,
      });
      reference = worseOf(reference, control.metric.after, scale);
    }
    const more = tried.length < (trained ? MAX_TRAININGS : MAX_ROUNDINGS);
    next = more ? await nextWidths(search, tried, reference, mostDrop) : null;
    const others = trained ? OTHER_TRAININGS : OTHER_ROUNDINGS;
    if (next !== null && !(await hasTimeFor(search, 'full', others))) next = null;
  }
  // The first training has set it.
  const from = reference!;
  return { best: tried.reduce((best, each) => betterOf(best, each, from, mostDrop)), reference: from };
}

/** Chooses the widths to try next; null where another try isn't worth its time, or they were tried already. */
async function nextWidths(
  { widths }: AllocationSearch,
  tried: readonly Candidate[],
  reference: number,
  mostDrop: number,
): Promise<ChosenWidths | null> {
  const drops = tried.map((each) => ({ cost: each.chosen.cost, drop: dropOf(each, reference) }));
  const cost = nextCost(drops, mostDrop);
  if (cost === null) return null;
  const next = await chooseAtCost(widths, tried[0]!.chosen.layers, cost);
  return tried.some(({ chosen }) => sameWidths(chosen, next)) ? null : next;
}

/** Computes the drop in points of the metric. */
export function dropOf({ metric: { after, scale } }: Candidate, reference: number): number {
  return dropPoints(reference, after, scale);
}

/** Picks the smaller of those within the drop, else the one that loses less. */
function betterOf(one: Candidate, other: Candidate, reference: number, mostDrop: number): Candidate {
  const keeps = (each: Candidate) => dropOf(each, reference) <= mostDrop;
  if (keeps(one) && keeps(other)) return other.bytes < one.bytes ? other : one;
  return dropOf(other, reference) < dropOf(one, reference) ? other : one;
}
