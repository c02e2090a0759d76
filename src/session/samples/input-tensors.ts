import { createRandom, sizeOf } from '../../core/index.js';
import type { tf } from '../../engine/index.js';
import { inputTensors } from '../../metrics/index.js';
import type { Evaluation } from '../evaluation.js';
import type { LiveModel } from '../live-model.js';
import { iterateBatches, resolvedInputs, type SampleSet } from './samples.js';

/** Values in the inputs of one sample, all inputs together. */
export function valuesInSample(liveModel: LiveModel, set: SampleSet): number {
  return resolvedInputs(liveModel, set).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/**
 * Reads the inputs of shuffled samples into memory.
 *
 * @param rest  Treatment of a last batch that isn't full.
 * @returns One list a batch, a tensor [batch, ...] for each input; the caller disposes of them.
 */
export async function readInputs(
  { liveModel, samples: { ranges }, seed, limit }: Evaluation,
  set: SampleSet,
  batchSize: number,
  rest: 'keep' | 'drop' = 'keep',
): Promise<tf.Tensor[][]> {
  const inputs = resolvedInputs(liveModel, set);
  const batches: tf.Tensor[][] = [];
  for await (const batch of iterateBatches(set, ranges, batchSize, {
    shuffle: createRandom(seed),
    limit,
    rest,
  }))
    batches.push(inputTensors(batch, { inputs }));
  return batches;
}
