import { silent } from '../../core/index.js';
import { formatShare } from '../../report/index.js';
import type { PlanByName } from '../file/rounding.js';
import {
  announced,
  postTrainingQuantize,
  type QuantizedModel,
  quantizeModel,
  trains,
  validate,
} from './fitting.js';
import type { CompressionJob } from './job.js';

/**
 * Least fall of the outputs' error, as a share of the float model's energy, for which training on synthesised
 * inputs is kept: a smaller gain may be absent on real inputs (docs/decisions/0003).
 */
const MIN_GAIN = 0.002;

/**
 * Trains on synthesised inputs, and keeps the result only where it beats plain rounding on other synthesised
 * inputs.
 *
 * Where the error of rounding is already below the least gain, nothing is trained.
 */
export async function trainIfBetterThanRounding(
  job: CompressionJob,
  plan: PlanByName,
): Promise<{ readonly fitted: QuantizedModel; readonly notes: readonly string[] }> {
  const rounded = postTrainingQuantize(job, plan);
  if (!trains(job)) return { fitted: rounded, notes: [] };
  const { onProgress = silent } = job.controls;
  const noted = (fitted: QuantizedModel, text: string, further: readonly string[] = []) => {
    onProgress({ kind: 'note', text });
    return { fitted, notes: [text, ...further] };
  };
  const before = await nearness(job, rounded);
  if (before.error < MIN_GAIN) {
    return noted(
      rounded,
      `nothing was trained: rounding alone changes the outputs by ${percent(before.error)} of their energy, ` +
        'which synthesised inputs are too unlike real ones to improve on',
    );
  }
  const trained = await quantizeModel(announced(job), plan);
  const after = await nearness(job, trained);
  const better = before.error - after.error >= MIN_GAIN && after.agreement >= before.agreement;
  const figures =
    `on ${job.samples.validation.order.length} other synthesised inputs the error of the outputs is ` +
    `${percent(after.error)} of their energy, by rounding ${percent(before.error)}, and the agreement with the float ` +
    `model ${formatShare(after.agreement)}, by rounding ${formatShare(before.agreement)}`;
  return better
    ? noted(trained, `the trained weights were kept: ${figures}`)
    : noted(
        rounded,
        `the training was given up, and the weights only rounded: ${figures}`,
        // For example that the time limit cut it short.
        trained.tuned?.training.notes,
      );
}

/** Closeness of weights to the float model on the held-out inputs. */
interface Nearness {
  /** Energy of the error over that of the float model's outputs. */
  readonly error: number;
  /** Share of equal decisions, or R2. */
  readonly agreement: number;
}

async function nearness(job: CompressionJob, fitted: QuantizedModel): Promise<Nearness> {
  const { outputSqnrDb, after } = await validate(job, fitted);
  return { error: outputSqnrDb === null ? 0 : 10 ** (-outputSqnrDb / 10), agreement: after };
}

const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
