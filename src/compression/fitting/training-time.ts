import { type Limits, type Trainee, workOfStatistics } from '../../train/index.js';
import { scoredSamples } from './epoch-score.js';
import type { CompressionJob } from './job.js';

/** Steps in which each block was to learn its rounding, and those that it took. */
interface TakenRounding {
  readonly wanted: number;
  readonly taken: number;
}

/** Time that a training may take by the clock of its run: what is left, but for what is kept for the end, or a share of that. */
export function limitsOfTraining(
  { samples, options, controls: { clock }, timeShare = 1 }: CompressionJob,
  trainee: Trainee,
  { stepsPerEpoch, rounding }: { readonly stepsPerEpoch: number; readonly rounding: TakenRounding },
): Limits {
  if (!clock?.isLimited) return {};
  return {
    maxMs: timeShare * clock.trainingMs,
    graceMs: timeShare * clock.graceMs,
    scoringMs: scoredSamples(samples) * clock.sampleMs,
    isOneOfSeveral: options.bits === 'auto',
    ...(rounding.wanted > 0 && { repeatedWith: `--rounding-steps ${rounding.taken}` }),
    closingSteps: options.data === undefined ? 0 : workOfStatistics(trainee.student.layers, stepsPerEpoch),
  };
}
