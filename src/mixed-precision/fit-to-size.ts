import { type CompressionJob, learnsRounding, trainsKernels } from '../compression/index.js';
import { QgtError } from '../core/index.js';
import type { SizeGoal } from '../plan/goal.js';
import {
  type AllocationSearch,
  type Candidate,
  hasTimeFor,
  predictCosts,
  SHORT_SHARE,
  shortShare,
  trainCandidate,
} from './allocation-search.js';
import { type ChosenWidths, chooseAbove, chooseWithin, sameWidths, smallestBytes } from './chosen-widths.js';

/** Trainings at most, as a share of the epochs: two short ones and the one that counts, and one that learns its rounding. */
export const sizeShares = (job: CompressionJob): number =>
  2 * SHORT_SHARE + 1 + (learnsRounding(job) ? 1 : 0);

const SHORT_TRAININGS = 'short trainings that compare widths';
const SMALLER_TRAINING = 'another training for a smaller file';
const LEARNED_TRAINING = 'a training whose codes are learned block by block';

/** Share of the size that a training leaves for what changes after its last step: BatchNorm's statistics. */
const SPARE = 0.004;
/** A file that takes less of the size under no penalty was made smaller by the training itself. */
const MIN_USED = 0.99;
/** Share added to the excess where the widths are chosen again: a longer training makes the file smaller still. */
const MARGIN = 0.03;
/** Trainings at most: the file that is written may be larger than it was in training. */
const MAX_TRAININGS = 2;

/**
 * Fits a model to its grids in a file of at most `mostBytes`, which uses as much of them as it can.
 *
 * Widths are chosen for a file that is a little larger; a penalty on bits brings the training to the size. After a short
 * training the costs are predicted anew; the widths that they suggest are taken where another short training finds them
 * better. Where rounding is learned block by block, a training without a penalty follows, at widths that fit as they are,
 * and the file is taken whose answers are closer to the float model's (docs/decisions/0007).
 *
 * @param first  The widths to begin with.
 */
export async function fitToSize(
  search: AllocationSearch,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  if (!trainsKernels(search.job)) return roundWithin(search, first, goal);
  const filled = await fillSize(search, first, goal);
  if (filled.isStopped || isLearned(filled) || !learnsRounding(search.job)) return filled;
  return closerOf(search, filled, first, goal);
}

/** Whether its rounding was learned block by block. */
const isLearned = ({ fitted }: Candidate): boolean => (fitted.tuned?.roundingSteps ?? 0) > 0;

/** Trains with learned codes, which have no price, and takes that file or the filled one: whose answers are closer. */
async function closerOf(
  search: AllocationSearch,
  filled: Candidate,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  const smallest = await smallestBytes(search.widths, first.layers);
  let chosen = first;
  for (let done = 0; done < MAX_TRAININGS; done++) {
    if (!(await hasTimeFor(search, 'full', LEARNED_TRAINING))) return filled;
    const learned = await trainUnlessStopped(search, chosen);
    if (learned === null) return { ...filled, isStopped: true };
    const { isStopped, bytes } = learned;
    if (!isLearned(learned)) return { ...filled, isStopped };
    if (bytes <= goal.mostBytes) {
      const best = closeness(learned) > closeness(filled) ? learned : filled;
      return { ...best, isStopped, notes: [...best.notes, ...comparison(filled, learned)] };
    }
    const mostBytes = chosen.fileBytes - (bytes - goal.mostBytes);
    if (isStopped || mostBytes < smallest) return { ...filled, isStopped };
    chosen = await chooseWithin(search.widths, first.layers, { ...goal, mostBytes });
  }
  return filled;
}

/** @returns null where the run was asked to stop before anything was trained. */
async function trainUnlessStopped(search: AllocationSearch, chosen: ChosenWidths): Promise<Candidate | null> {
  const { signal, stopEarly } = search.job.controls;
  try {
    return await trainCandidate(search, { kind: 'full', chosen, share: 1 });
  } catch (thrown) {
    const isStopped = thrown instanceof QgtError && thrown.code === 'aborted';
    if (isStopped && stopEarly?.aborted && !signal?.aborted) return null;
    throw thrown;
  }
}

/** Compares a training that fills a size with one that learns its codes, on the samples held out for choices. */
function comparison(filled: Candidate, learned: Candidate): string[] {
  const [one, other] = [learned, filled].map(({ metric: { outputSqnrDb } }) => outputSqnrDb);
  if (typeof one !== 'number' || typeof other !== 'number') return [];
  return [
    `with codes learned block by block the outputs are at ${one.toFixed(1)} dB on held-out samples, and at ${other.toFixed(1)} dB as the size is filled: the ${one > other ? 'first' : 'second'} was kept`,
  ];
}

/** Trains a file that uses as much of the size as it can. */
async function fillSize(search: AllocationSearch, first: ChosenWidths, goal: SizeGoal): Promise<Candidate> {
  const chosen = (await hasTimeFor(search, 'short', SHORT_TRAININGS))
    ? await chooseAgain(search, await refine(search, first, goal), goal)
    : await chooseAbove(search.widths, first.layers, goal);
  let mostBytes = mostInTraining(goal);
  for (let done = 0; done < MAX_TRAININGS; done++) {
    if (done > 0 && !(await hasTimeFor(search, 'full', SMALLER_TRAINING))) break;
    const size = { mostBytes, rounded: first };
    const trained = await trainCandidate(search, { kind: 'full', chosen, share: 1, size });
    if (trained.bytes <= goal.mostBytes) return trained;
    if (trained.isStopped) return { ...(await roundWithin(search, first, goal)), isStopped: true };
    // Another training would be given up too.
    if (trained.hasRoundedKernels) {
      const { isStopped } = trained;
      const notes = trained.isGivenUp
        ? trained.notes
        : [
            `the training was given up, and the weights only rounded: with trained biases the file took ${trained.bytes} bytes`,
          ];
      return { ...(await roundWithin(search, first, goal)), notes, isStopped, isGivenUp: true };
    }
    mostBytes -= trained.bytes - goal.mostBytes;
  }
  return roundWithin(search, first, goal);
}

/** Rounds the float weights at the widths of least cost whose file, as it is written, is small enough. */
async function roundWithin(
  search: AllocationSearch,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  const { job, widths } = search;
  const rounding = { ...search, job: { ...job, options: { ...job.options, epochs: 0 } } };
  const smallest = await smallestBytes(widths, first.layers);
  let chosen = first;
  for (;;) {
    const rounded = await trainCandidate(rounding, { kind: 'full', chosen, share: 1 });
    const mostBytes = chosen.fileBytes - (rounded.bytes - goal.mostBytes);
    if (rounded.bytes <= goal.mostBytes || mostBytes < smallest) return rounded;
    chosen = await chooseWithin(widths, first.layers, { ...goal, mostBytes });
  }
}

/** The better of two short trainings. */
async function refine(search: AllocationSearch, first: ChosenWidths, goal: SizeGoal): Promise<Candidate> {
  const { widths } = search;
  const size = { mostBytes: mostInTraining(goal), rounded: first };
  const short = { kind: 'short', share: shortShare(search), size } as const;
  const chosen = await chooseAbove(widths, first.layers, goal);
  const tried = await trainCandidate(search, { ...short, chosen });
  const second = await chooseAbove(widths, await predictCosts(search, tried.fitted), goal);
  if (sameWidths(chosen, second)) return tried;
  if (!(await hasTimeFor(search, 'short', SHORT_TRAININGS))) return tried;
  const other = await trainCandidate(search, { ...short, chosen: second });
  return closeness(other) > closeness(tried) ? other : tried;
}

/** The widths of a short training; larger ones where it made the file smaller than it had to be. */
function chooseAgain({ widths }: AllocationSearch, { chosen, bytes, fitted }: Candidate, goal: SizeGoal) {
  const { mostBytes } = goal;
  const isPenalized = (fitted.tuned?.training.entropyPenalty ?? 0) > 0;
  if (isPenalized || bytes >= MIN_USED * mostBytes) return chosen;
  return chooseAbove(widths, chosen.layers, goal, chosen.fileBytes / bytes + MARGIN);
}

const mostInTraining = ({ mostBytes }: SizeGoal): number => Math.floor((1 - SPARE) * mostBytes);

/** Measures how close the predictions are to the float model's; it separates trainings of equal accuracy. */
function closeness({ metric: { outputSqnrDb } }: Candidate): number {
  return outputSqnrDb ?? Number.POSITIVE_INFINITY;
}
