import { createRandom, shuffledIndices } from '../../core/index.js';
import type { ChannelMoments } from '../../data/index.js';
import type { SampleSet } from './samples.js';

/** Samples that tell mean and deviation, at most. */
const MAX_SAMPLES = 256;
const ROWS_AT_A_TIME = 32;

/** Measures mean and deviation of an input's raw values, channel by channel, on some of the samples, seeded. */
export async function channelMoments(
  { dataset, order }: SampleSet,
  input: number,
  seed: number,
): Promise<ChannelMoments> {
  const rows = dataset.inputs[input]!;
  const channels = rows.shape.at(-1) ?? 1;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const chosen = shuffledIndices(order.length, createRandom(seed)).slice(0, MAX_SAMPLES);
  let count = 0;
  for (let start = 0; start < chosen.length; start += ROWS_AT_A_TIME) {
    const indices = chosen.slice(start, start + ROWS_AT_A_TIME).map((at) => order[at]!);
    const values = await rows.read(indices);
    for (const [at, value] of values.entries()) {
      sums[at % channels]! += value;
      squares[at % channels]! += value ** 2;
    }
    count += values.length / channels;
  }
  const mean = Array.from(sums, (sum) => sum / count);
  const deviation = mean.map((middle, c) => Math.sqrt(Math.max(0, squares[c]! / count - middle ** 2)));
  return { mean, deviation };
}
