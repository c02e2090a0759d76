import { channelLayout, createRandom } from '../../core/index.js';
import { inputTensors } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import { iterateBatches, resolvedInputs } from '../../session/index.js';
import type { CompressionJob } from './job.js';
import type { ModelsInTraining } from './models-in-training.js';
import type { TuningStart } from './tuning-start.js';

/** Batches on which the statistics of a float graph are counted. */
const BATCHES = 20;

/**
 * Lists the kernels whose products a graph in training normalizes: those with a scale for each channel, where there are
 * samples, of whose batches statistics can be taken.
 */
export function normalizedKernels(
  { options }: CompressionJob,
  { liveModel, grids, plan }: TuningStart,
): ReadonlySet<string> {
  if (options.data === undefined || liveModel.step === null || liveModel.batch !== null) return new Set();
  const shapes = new Map(liveModel.loaded.weights.map(({ name, shape }) => [name, shape]));
  const isPerChannel = ([name, { scale }]: readonly [string, Grid]): boolean => {
    const { channels } = channelLayout(shapes.get(name)!, plan.get(name)!.grid!.axes);
    return scale.length === channels;
  };
  return new Set([...grids].filter(isPerChannel).map(([name]) => name));
}

/** Lets the copy of a model take note of what the float one does with training samples as they are. */
export async function observeFloat(
  { session, samples: { training, ranges }, options: { batchSize, seed }, controls }: CompressionJob,
  models: ModelsInTraining,
): Promise<void> {
  if (models.observe === undefined) return;
  const inputs = resolvedInputs(session.liveModel, training);
  const pass = iterateBatches(training, ranges, batchSize, {
    shuffle: createRandom(seed),
    limit: BATCHES * batchSize,
    signal: controls.signal,
  })[Symbol.asyncIterator]();
  await models.observe(session.engine, async () => {
    const { done, value } = await pass.next();
    return done ? null : inputTensors(value, { inputs });
  });
}
