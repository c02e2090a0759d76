import { type Limits, type Trainee, workOfStatistics } from '../../train/index.js';
import { scoredSamples } from './epoch-score.js';
import type { CompressionJob } from './job.js';

/** Time that a training may take by the clock of its run: what is left, but for what is kept for the end, or a share of that. */
export function limitsOfTraining(
  { samples, options, controls: { clock }, timeShare = 1 }: CompressionJob,
  trainee: Trainee,
  stepsPerEpoch: number,
): Limits {
  if (!clock?.isLimited) return {};
  return {
    maxMs: timeShare * clock.trainingMs,
    graceMs: timeShare * clock.graceMs,
    scoringMs: scoredSamples(samples) * clock.sampleMs,
    isOneOfSeveral: options.bits === 'auto',
    closingSteps: options.data === undefined ? 0 : workOfStatistics(trainee.student.layers, stepsPerEpoch),
  };
}
