import { forwardRecipes } from './forward.js';
import type { TrainerParts } from './trainer-parts.js';

/** Puts the kernels on their grid, in a file that is small enough; from then on the rest is trained. */
export async function snap(parts: TrainerParts): Promise<void> {
  const { stepper, size, snapping, schedule } = parts;
  if (stepper.phase === 'snapped') return;
  parts.isSmallEnough = (await size?.trim()) ?? true;
  snapping.snap(schedule.epoch);
  stepper.enter('snapped');
}

/** Puts the kernels on their grid, where only the rest is to be trained by now. */
export async function snapIfDue(parts: TrainerParts): Promise<void> {
  const { schedule, options } = parts;
  if (schedule.done >= forwardRecipes[options.forward].snapAt * schedule.total) await snap(parts);
}

/** Begins the present phase anew; the snap is undone where it came after the last epoch. */
export function restartPhase({ stepper, snapping, schedule }: TrainerParts): void {
  if (stepper.phase === 'snapped' && !snapping.precedes(schedule.epoch)) {
    snapping.undo();
    stepper.enter('training');
  } else stepper.reset();
}

/** Steps in all of a training whose kernels go to their grid now. */
export function stepsWithSnapNow({ options, schedule: { done } }: TrainerParts): number {
  const { snapAt } = forwardRecipes[options.forward];
  return snapAt === 1 ? done : Math.max(done + 1, Math.floor(done / snapAt));
}
