import { correctBiases } from './correct-biases.js';
import type { CompressionJob } from './job.js';
import type { QuantizedModel } from './quantized-model.js';

/**
 * Rounded kernels beside trained biases, of a graph whose kernels didn't gain by training without labels.
 *
 * @param trained  The training that was given up.
 * @returns null where nothing is to be gained, or no time left.
 */
export async function correctedAfter(
  job: CompressionJob,
  rounded: QuantizedModel,
  { tuned }: QuantizedModel,
): Promise<QuantizedModel | null> {
  const { session, samples, controls } = job;
  const { liveModel } = session;
  const isLabelled = samples.training.dataset.labels.kind !== 'none';
  if (liveModel.kind !== 'graph' || (isLabelled && liveModel.step !== null)) return null;
  // The training before has taken what time there was.
  if (controls.clock?.isLimited || tuned?.training.isStopped) return null;
  const corrected = await correctBiases(job, liveModel, rounded);
  return corrected === rounded ? null : corrected;
}
