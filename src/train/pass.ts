import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../core/index.js';
import type { KeptStates } from './kept-states.js';
import { snapIfDue } from './snap-phase.js';
import { stopIfAsked } from './stopping.js';
import type { TrainerParts } from './trainer-parts.js';
import type { Pass } from './trainer-state.js';

/**
 * Runs one pass over the samples, or the rest of it.
 *
 * @returns Its mean loss; null as soon as the loss is not finite.
 * @throws QgtError `aborted`.
 */
export async function runPass(parts: TrainerParts, states: KeptStates, pass: Pass): Promise<number | null> {
  const { data, schedule, options, stepper, budget, notes } = parts;
  for await (const batch of data.batches(schedule.epoch, pass.steps)) {
    if (schedule.isOver) break;
    if (options.signal?.aborted) await states.save();
    throwIfAborted(options.signal);
    await snapIfDue(parts);
    const loss = await stepper.run(batch, parts.rates);
    if (!Number.isFinite(loss)) return null;
    pass.lossSum += loss;
    pass.steps++;
    schedule.advance();
    notes.add(budget.check(schedule));
    tellStep(parts, pass);
    await states.saveIfDue('within a part');
    // Lets signals, timers and the spinner run between steps, which block the event loop.
    await setImmediate();
    await stopIfAsked(parts, states);
  }
  return pass.steps === 0 ? null : pass.lossSum / pass.steps;
}

function tellStep({ schedule, options, budget }: TrainerParts, { lossSum, steps }: Pass): void {
  options.onProgress({
    kind: 'step',
    epoch: schedule.epoch + 1,
    epochs: schedule.epochs,
    step: schedule.done,
    steps: schedule.total,
    loss: lossSum / steps,
    remainingMs: budget.remainingMs(schedule),
  });
}
