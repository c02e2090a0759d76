import { createRandom } from '../../core/index.js';
import { synthesizeInputs } from '../../data/index.js';
import { prepareSynthesis } from './prepare-synthesis.js';
import type { SampleOptions, SampleSource } from './samples.js';
import { countOf } from './synthesis-amount.js';

/** Steps of each of two batches; the first batch also sets the step up and is not counted. */
const TIMED_STEPS = 6;

/**
 * Estimates by a few steps how long synthesising inputs will take.
 *
 * @returns How many there will be, and milliseconds; 0 where they stay noise.
 */
export async function timeSynthesis(
  source: SampleSource,
  { seed, signal, ...options }: Pick<SampleOptions, 'synthesis' | 'loss' | 'seed' | 'signal'>,
): Promise<{ readonly count: number; readonly ms: number }> {
  const { inputs, model, amount } = await prepareSynthesis(source, options);
  const steps = Math.min(TIMED_STEPS, amount.steps);
  const count = countOf(amount);
  if (steps === 0) return { count, ms: 0 };
  const ends: number[] = [];
  await synthesizeInputs(source.engine, model, inputs, {
    ...{ batchSize: amount.batchSize, batches: 2, steps, measured: { batches: 0, stepsShare: 0 } },
    isOtherKind: false,
    random: createRandom(seed),
    onProgress: () => ends.push(performance.now()),
    signal,
  });
  const stepMs = (ends[1]! - ends[0]!) / steps;
  const { batches, measured } = amount;
  const all = batches * amount.steps + measured.batches * Math.ceil(measured.stepsShare * amount.steps);
  return { count, ms: Math.min(stepMs * all, options.synthesis.maxMs ?? Number.POSITIVE_INFINITY) };
}
