import type { KeptStates } from './kept-states.js';
import { stepsWithSnapNow } from './snap-phase.js';
import type { TrainerParts } from './trainer-parts.js';

/** Share of the epochs, at least 5 epochs, without improvement after which training stops. */
const PATIENCE_SHARE = 0.5;
const MIN_PATIENCE = 5;

/** Ends a training with the step that was just done, where `stopEarly` asks for that; its state is kept as it is before that. */
export async function stopIfAsked(parts: TrainerParts, states: KeptStates): Promise<void> {
  const { schedule, notes, options } = parts;
  const { done, total } = schedule;
  if (!options.stopEarly?.aborted || done >= total) return;
  await states.save();
  parts.isStopped = true;
  schedule.shorten(done);
  notes.add(`stopped on demand after ${done} of ${total} steps`);
}

/**
 * Ends a training of the kernels that no longer improves; what follows once they are on their grid still runs.
 *
 * Not on synthesised inputs: the first epochs start from a good rounding, and what large steps lose comes back only as the
 * rate falls (docs/decisions/0003).
 */
export function stopIfStalled(parts: TrainerParts): void {
  const { schedule, best, stepper, notes, options } = parts;
  if (options.statistics === 'frozen') return;
  const { epoch, plannedEpochs } = schedule;
  const patience = Math.max(MIN_PATIENCE, Math.ceil(PATIENCE_SHARE * plannedEpochs));
  if (best.epoch === null || epoch - best.epoch < patience) return;
  if (schedule.isOver || stepper.phase === 'snapped') return;
  notes.add(`stopped after epoch ${epoch}: the last ${patience} brought nothing better on held-out samples`);
  schedule.shorten(stepsWithSnapNow(parts));
}
