import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import {
  optionsForSamples,
  planModel,
  trainIfBetterThanRounding,
  withDefaults,
} from '../../src/compression/index.js';
import { createRandom, RunClock } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { optionsOf } from '../options.js';
import { withSamples } from './with-samples.js';

const [COUNT, INPUTS, UNITS] = [400, 8, 4];

before(async () => void (await startEngine('embedded')));

/** What is left out at 8 bits by a clock that stands still, where the samples of the search take 256 ms. */
async function leftOut(maxMs: number, epochs: number, timeShare?: number): Promise<string> {
  const random = createRandom(3);
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal());
  const kernel = tf.tensor2d(normal(INPUTS * UNITS), [INPUTS, UNITS]);
  const clock = new RunClock({ startedAt: 0, maxMs, now: () => 0 });
  clock.sampleMs = 1;
  const arrays = { x: { values: normal(COUNT * INPUTS), shape: [COUNT, INPUTS] } };
  await withSamples({ kernel, activation: 'linear' }, arrays, async (session, samples) => {
    const given = withDefaults(optionsOf('compress', { data: 'x.npz', epochs, bits: 8 }));
    const options = optionsForSamples(given, session, samples);
    const job = {
      ...{ session, samples, options, augmentations: [], controls: { clock } },
      ...(timeShare !== undefined && { timeShare }),
    };
    await trainIfBetterThanRounding(job, planModel(session.liveModel, { ...options, bits: 8 }));
  });
  kernel.dispose();
  return clock.notes.join('\n');
}

const SEARCH = /steps larger than those of the converter/;

it('before a training the search for steps takes at most a quarter of its time', async () => {
  assert.match(await leftOut(1000, 1), SEARCH);
  assert.doesNotMatch(await leftOut(1100, 1), SEARCH);
});

it('of one training of several it takes a quarter of its share', async () => {
  assert.match(await leftOut(2000, 1, 0.5), SEARCH);
  assert.doesNotMatch(await leftOut(2200, 1, 0.5), SEARCH);
});

it('where nothing is trained it may take what is left', async () => {
  assert.doesNotMatch(await leftOut(300, 0), SEARCH);
  assert.match(await leftOut(200, 0), SEARCH);
});
