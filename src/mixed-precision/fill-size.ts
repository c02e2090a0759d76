import type { SizeGoal } from '../plan/goal.js';
import {
  type AllocationSearch,
  type Candidate,
  hasTimeFor,
  predictCosts,
  shortShare,
  trainCandidate,
} from './allocation-search.js';
import { type ChosenWidths, chooseAbove, chooseSmaller, sameWidths } from './chosen-widths.js';

const SHORT_TRAININGS = 'short trainings that compare widths';
const SMALLER_TRAINING = 'another training for a smaller file';

/** Share of the size that a training leaves for what changes after its last step: BatchNorm's statistics. */
const SPARE = 0.004;
/** A file that takes less of the size under no penalty was made smaller by the training itself. */
const MIN_USED = 0.99;
/** Share added to the excess where the widths are chosen again: a longer training makes the file smaller still. */
const MARGIN = 0.03;
/** Trainings at most: the file that is written may be larger than it was in training. */
export const MAX_TRAININGS = 2;

/**
 * Trains a file that uses as much of the size as it can.
 *
 * Widths are chosen for a file that is a little larger; a penalty on bits brings the training to the size. After a short
 * training the costs are predicted anew; the widths that they suggest are taken where another short training finds them
 * better.
 *
 * @param first  The widths to begin with.
 */
export async function fillSize(
  search: AllocationSearch,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  const chosen = (await hasTimeFor(search, 'short', SHORT_TRAININGS))
    ? await chooseAgain(search, await refine(search, first, goal), goal)
    : await chooseAbove(search.widths, first.layers, goal);
  let mostBytes = mostInTraining(goal);
  const tooLarge: number[] = [];
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
    tooLarge.push(trained.bytes);
    mostBytes -= trained.bytes - goal.mostBytes;
  }
  const notes = [
    `what was trained took ${tooLarge.join(' and ')} bytes, more than the file may: the weights are only rounded`,
  ];
  return { ...(await roundWithin(search, first, goal)), notes };
}

/** Rounds the float weights at the widths of least cost whose file, as it is written, is small enough. */
export async function roundWithin(
  search: AllocationSearch,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  const { job, widths } = search;
  const rounding = { ...search, job: { ...job, options: { ...job.options, epochs: 0 } } };
  let chosen = first;
  for (;;) {
    const rounded = await trainCandidate(rounding, { kind: 'full', chosen, share: 1 });
    if (rounded.bytes <= goal.mostBytes) return rounded;
    const smaller = await chooseSmaller(widths, chosen, rounded.bytes, goal);
    if (smaller === null) return rounded;
    chosen = smaller;
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
  return closer(tried, other);
}

/** The widths of a short training; larger ones where it made the file smaller than it had to be. */
function chooseAgain({ widths }: AllocationSearch, { chosen, bytes, fitted }: Candidate, goal: SizeGoal) {
  const { mostBytes } = goal;
  const isPenalized = (fitted.tuned?.training.entropyPenalty ?? 0) > 0;
  if (isPenalized || bytes >= MIN_USED * mostBytes) return chosen;
  return chooseAbove(widths, chosen.layers, goal, chosen.fileBytes / bytes + MARGIN);
}

const mostInTraining = ({ mostBytes }: SizeGoal): number => Math.floor((1 - SPARE) * mostBytes);

/** The one whose predictions are closer to the float model's, the first of equals. */
export const closer = (one: Candidate, other: Candidate): Candidate =>
  closeness(other) > closeness(one) ? other : one;

/** Measures how close the predictions are to the float model's; it separates trainings of equal accuracy. */
function closeness({ metric: { outputSqnrDb } }: Candidate): number {
  return outputSqnrDb ?? Number.POSITIVE_INFINITY;
}
