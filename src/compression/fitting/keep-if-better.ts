import type { PlanByName } from '../file/rounding.js';
import { type BetterWeights, givenUp } from './better-weights.js';
import { correctBiases } from './correct-biases.js';
import { quantizeModel, trainsKernels } from './fitting.js';
import type { CompressionJob } from './job.js';
import type { QuantizedModel } from './quantized-model.js';

/** How trained weights are held against rounded ones, by figures of one kind. */
export interface Yardstick<Figure> {
  measure(fitted: QuantizedModel): Promise<Figure>;
  isBetter(after: Figure, before: Figure): boolean;
  /** The figures in words. @param left  Those of rounded kernels beside trained biases. */
  textOf(after: Figure, before: Figure, left?: Figure): string;
  /** A note on trained weights that are kept; null where that needs no word. */
  noteOnKept(after: Figure, before: Figure): string | null;
}

/** Rounded weights, and how they measure. */
export interface Rounded<Figure> {
  readonly fitted: QuantizedModel;
  /** Called once the model is trained, where it is needed then. */
  figure(): Promise<Figure>;
  /** Whether they may be taken in place of these. */
  replaces(trained: QuantizedModel): Promise<boolean>;
}

/** Trains, and keeps that only where it is better than rounding; where a graph's kernels didn't gain, biases alone may. */
export async function keepIfBetter<Figure>(
  job: CompressionJob,
  plan: PlanByName,
  rounded: Rounded<Figure>,
  { measure, isBetter, textOf, noteOnKept }: Yardstick<Figure>,
): Promise<BetterWeights> {
  const startedAt = performance.now();
  const trained = await quantizeModel(job, plan);
  const durationMs = performance.now() - startedAt;
  const hasRoundedKernels = !trainsKernels(job);
  if (!(await rounded.replaces(trained))) return { fitted: trained, note: null, hasRoundedKernels };
  const [after, before] = [await measure(trained), await rounded.figure()];
  if (isBetter(after, before)) {
    return { fitted: trained, note: noteOnKept(after, before), hasRoundedKernels };
  }
  const corrected = hasRoundedKernels
    ? null
    : await correctedAfter(job, rounded.fitted, { trained, durationMs });
  const left = corrected === null ? null : await measure(corrected);
  if (corrected !== null && isBetter(left!, before)) {
    const figures = textOf(after, before, left!);
    return {
      fitted: corrected,
      hasRoundedKernels: true,
      note: `the training of kernels was given up, and what else is trained kept: ${figures}`,
    };
  }
  // The training that tells how the run went: the second one, if that was stopped.
  const last = corrected?.tuned?.training.isStopped ? corrected : trained;
  return {
    fitted: rounded.fitted,
    note: `the training was given up, and the weights only rounded: ${textOf(after, before)}`,
    hasRoundedKernels: true,
    ...givenUp(last),
  };
}

/** A training of kernels that is given up, and how long it took. */
interface SpentTraining {
  readonly trained: QuantizedModel;
  readonly durationMs: number;
}

/**
 * Rounded kernels beside trained biases, of a graph whose kernels didn't gain by training without labels.
 *
 * @returns null where nothing is to be gained, or no time left for as long a training.
 */
async function correctedAfter(
  job: CompressionJob,
  rounded: QuantizedModel,
  { trained, durationMs }: SpentTraining,
): Promise<QuantizedModel | null> {
  const { session, samples, controls } = job;
  const { liveModel } = session;
  const isLabelled = samples.training.dataset.labels.kind !== 'none';
  if (liveModel.kind !== 'graph' || (isLabelled && liveModel.step !== null)) return null;
  if (trained.tuned?.training.isStopped) return null;
  const { clock } = controls;
  if (clock !== undefined && clock.trainingMs < durationMs) {
    clock.leaveOut('a training of the biases alone');
    return null;
  }
  const corrected = await correctBiases(job, liveModel, rounded);
  return corrected === rounded ? null : corrected;
}
