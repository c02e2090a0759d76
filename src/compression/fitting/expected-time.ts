import { UNLIMITED } from '../../core/index.js';
import { tf } from '../../engine/index.js';
import { readInputs } from '../../session/index.js';
import { type CompressionJob, evaluationOf } from './job.js';
import { stepsWorthOfRounding } from './learned-rounding.js';
import { stepsInEpoch } from './tuning.js';

/**
 * Forward passes of the float model that take as long as a training step does on the embedded engine: 7.3 of the digits, 9.5
 * of MobileNetV1-0.25 at 96x96. Small dense models have more, since most of their step is no product.
 */
const PASSES_A_STEP = 8;

/**
 * Estimates how long a training on the embedded engine will take before it starts, by a forward pass of one batch.
 *
 * @returns Milliseconds, `--max-steps` and `--max-time` counted in; too few for small dense models.
 */
export async function expectedTrainingMs(job: CompressionJob): Promise<number> {
  const { samples, options, controls } = job;
  const { epochs, batchSize, maxSteps = Number.POSITIVE_INFINITY } = options;
  const perEpoch = stepsInEpoch(samples, options);
  const steps = Math.min(epochs * perEpoch, maxSteps) + stepsWorthOfRounding(job, perEpoch);
  const [batch] = await readInputs({ ...evaluationOf(job), limit: batchSize }, samples.training, batchSize);
  await timePass(job, batch!); // sets kernels up
  const passMs = await timePass(job, batch!);
  tf.dispose(batch!);
  return Math.min(steps * PASSES_A_STEP * passMs, (controls.clock ?? UNLIMITED).trainingMs);
}

async function timePass({ session }: CompressionJob, inputs: tf.Tensor[]): Promise<number> {
  const startedAt = performance.now();
  const outputs = await session.liveModel.predict(inputs);
  await Promise.all(outputs.map((output) => output.data()));
  tf.dispose(outputs);
  return performance.now() - startedAt;
}
