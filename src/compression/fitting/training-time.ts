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
    repeatedWith: repeatedWith(samples, rounding),
    closingSteps: options.data === undefined ? 0 : workOfStatistics(trainee.student.layers, stepsPerEpoch),
  };
}

/** Options beside the steps of the training for what time made less of before it. */
function repeatedWith({ synthesis }: CompressionJob['samples'], { wanted, taken }: TakenRounding): string[] {
  return [
    ...(synthesis?.shortened
      ? [`--synthesis-samples ${synthesis.samples}`, `--synthesis-steps ${synthesis.steps}`]
      : []),
    ...(wanted > 0 ? [`--rounding-steps ${taken}`] : []),
  ];
}
