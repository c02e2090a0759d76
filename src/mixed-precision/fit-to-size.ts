import { type CompressionJob, learnsRounding, trainsKernels } from '../compression/index.js';
import { QgtError } from '../core/index.js';
import type { SizeGoal } from '../plan/goal.js';
import {
  type AllocationSearch,
  type Candidate,
  hasTimeFor,
  SHORT_SHARE,
  trainCandidate,
} from './allocation-search.js';
import { type ChosenWidths, chooseSmaller } from './chosen-widths.js';
import { closer, fillSize, MAX_TRAININGS, roundWithin } from './fill-size.js';

/** Trainings at most, as a share of the epochs: two short ones and the one that counts, and one that learns its rounding. */
export const sizeShares = (job: CompressionJob): number =>
  2 * SHORT_SHARE + 1 + (learnsRounding(job) ? 1 : 0);

const LEARNED_TRAINING = 'a training whose codes are learned block by block';

/**
 * Fits a model to its grids in a file of at most `mostBytes`, which uses as much of them as it can.
 *
 * Where rounding is learned block by block, a training without a penalty follows the one that fills the size, at widths
 * that fit as they are, and the file is taken whose answers are closer to the float model's (docs/decisions/0007).
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
  return closerWithLearned(search, filled, first, goal);
}

/** Whether its rounding was learned block by block. */
const isLearned = ({ fitted }: Candidate): boolean => (fitted.tuned?.roundingSteps ?? 0) > 0;

/** Trains with learned codes, which have no price, and takes that file or the filled one: whose answers are closer. */
async function closerWithLearned(
  search: AllocationSearch,
  filled: Candidate,
  first: ChosenWidths,
  goal: SizeGoal,
): Promise<Candidate> {
  let chosen = first;
  for (let trainings = 1; ; trainings++) {
    if (!(await hasTimeFor(search, 'full', LEARNED_TRAINING))) return filled;
    const learned = await trainUnlessStopped(search, chosen);
    if (learned === null) return { ...filled, isStopped: true };
    const { isStopped, bytes } = learned;
    if (bytes <= goal.mostBytes) {
      return withNotes(
        { ...closer(filled, learned), isStopped },
        isLearned(learned) ? comparison(filled, learned) : [],
      );
    }
    // Nothing was learned for want of time, or of a gain over rounding: smaller widths won't change that.
    if (isStopped || !isLearned(learned)) return { ...filled, isStopped };
    const smaller =
      trainings === MAX_TRAININGS ? null : await chooseSmaller(search.widths, chosen, bytes, goal);
    if (smaller === null) return withNotes(filled, [tooLarge(bytes)]);
    chosen = smaller;
  }
}

const tooLarge = (bytes: number): string =>
  `with codes learned block by block the file took ${bytes} bytes, which is too many: the one that fills the size was kept`;

const withNotes = (candidate: Candidate, notes: readonly string[]): Candidate => ({
  ...candidate,
  notes: [...candidate.notes, ...notes],
});

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
