import { correctBiases } from './correct-biases.js';
import type { CompressionJob } from './job.js';
import type { QuantizedModel } from './quantized-model.js';

/** A training of kernels that is given up. */
export interface SpentTraining {
  readonly trained: QuantizedModel;
  /** Time that it took, in milliseconds. */
  readonly durationMs: number;
}

/** Runs a training, and takes its time. */
export async function timed(train: () => Promise<QuantizedModel>): Promise<SpentTraining> {
  const startedAt = performance.now();
  const trained = await train();
  return { trained, durationMs: performance.now() - startedAt };
}

/**
 * Rounded kernels beside trained biases, of a graph whose kernels didn't gain by training without labels.
 *
 * @returns null where nothing is to be gained, or no time left for as long a training.
 */
export async function correctedAfter(
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

/** The training that tells how the run went where both are given up: the second one, if that was stopped. */
export const lastTrained = (trained: QuantizedModel, corrected: QuantizedModel | null): QuantizedModel =>
  corrected?.tuned?.training.isStopped ? corrected : trained;
