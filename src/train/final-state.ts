import { advantageOf } from './best-weights.js';
import { snap } from './snap-phase.js';
import { Snapping } from './snapping.js';
import { takeSnapshot } from './snapshot.js';
import { renewStatistics } from './student-statistics.js';
import { variablesOf } from './trainee.js';
import type { TrainerParts } from './trainer-parts.js';

/** Leaves the student on its grid, with its final BatchNorm statistics, in the better of the last and the best state. */
export async function takeFinalState(parts: TrainerParts): Promise<void> {
  await snap(parts);
  const statisticsNote = await finalStatistics(parts);
  parts.notes.add(await keepBest(parts, statisticsNote));
}

/** @returns A note on the statistics; null: there is none. */
async function finalStatistics({ trainee, data, options }: TrainerParts): Promise<string | null> {
  return options.statistics === 'frozen' ? null : renewStatistics(trainee, () => data.plain(), options);
}

/**
 * Goes back to the best state, where that is better than the last one once it is on its grid too.
 *
 * @param lastNote  Note on the statistics of the last state.
 * @returns That of the state that is kept.
 */
async function keepBest(parts: TrainerParts, lastNote: string | null): Promise<string | null> {
  const { trainee, data, best, schedule, isSmallEnough, notes } = parts;
  const { evaluate } = data;
  const { epoch } = best;
  if (evaluate === undefined || epoch === null || epoch === schedule.epoch) return lastNote;
  const last = takeSnapshot(variablesOf(trainee));
  const { score: lastScore } = await evaluate();
  best.restore();
  const snapping = parts.snapping.precedes(epoch) ? parts.snapping : new Snapping(trainee.kernels);
  if (snapping !== parts.snapping) snapping.snap(epoch);
  const bestNote = await finalStatistics(parts);
  const { score: bestScore, scoredBy } = await evaluate();
  const scores = { best: bestScore, last: lastScore, scoredBy };
  const advantage = advantageOf({ ...scores, isLastSmallEnough: isSmallEnough });
  if (advantage === null) last.restore();
  else {
    parts.snapping = snapping;
    notes.add(`kept the weights of epoch ${epoch}, which are ${advantage}`);
  }
  last.dispose();
  return advantage === null ? lastNote : bestNote;
}
