import { penaltyFactorOf } from './guided-kernel.js';
import type { TrainerParts } from './trainer-parts.js';

/**
 * Scores an epoch, records it, and keeps its weights where they are the best so far.
 *
 * @param loss  Its mean loss.
 */
export async function finishEpoch(parts: TrainerParts, loss: number): Promise<void> {
  const { trainee, data, schedule, stepper, size, best, notes } = parts;
  schedule.finishEpoch();
  const { epoch } = schedule;
  if (epoch === 1) for (const text of stepper.notes()) notes.add(text);
  const fits = size === null || (await size.fits(stepper.phase));
  const { guidance, learningRate } = parts.rates;
  const metric = (await data.evaluate?.()) ?? null;
  parts.trace.push({
    epoch,
    loss,
    guidance,
    learningRate,
    metric: metric?.value ?? null,
    residuals: parts.snapping.residuals,
    flips: parts.codes.flips(),
    entropyPenalty: penaltyFactorOf(trainee.kernels),
  });
  if (metric !== null) best.offer({ epoch, score: metric.score, fits });
  parts.options.onProgress({
    kind: 'epoch',
    epoch,
    epochs: schedule.epochs,
    loss,
    ...(metric === null ? {} : { metric }),
    remainingMs: parts.budget.remainingMs(schedule),
  });
}
