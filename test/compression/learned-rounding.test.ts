import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { roundingStepsOf } from '../../src/compression/fitting/learned-rounding.js';
import type { TuningOptions } from '../../src/compression/fitting/tuning-options.js';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import type { Samples } from '../../src/session/index.js';
import { optionsOf } from '../options.js';
import type { saveArrays } from '../pipeline/saved-model.js';
import { withSamples } from './with-samples.js';

const random = createRandom(1);

/** Inputs of a model of four classes without labels, of which a tenth is held out. */
const inputs = (count: number) => ({
  x: { values: Float32Array.from({ length: count * 2 }, () => random.normal()), shape: [count, 2] },
});

/** The steps for a training of 100 epochs of 10 steps with these options on so many samples. */
function stepsFor(
  count: number,
  changed: Partial<TuningOptions> = {},
  {
    activation = 'softmax',
    others = {},
    labels = {},
    engine = 'native',
  }: {
    activation?: 'softmax' | 'linear';
    others?: Partial<Samples>;
    labels?: Parameters<typeof saveArrays>[0];
    engine?: 'native' | 'embedded';
  } = {},
): Promise<number> {
  const kernel: tf.Tensor2D = tf.ones([2, 4]);
  return withSamples({ kernel, activation }, { ...inputs(count), ...labels }, async (opened, samples) => {
    const session = { ...opened, engine: { ...opened.engine, name: engine } };
    const recipe = { batchSize: 32, epochs: 100, learningRate: 0.001, guidance: 0.02, data: 'x.npy' };
    const options = { ...optionsOf('compress'), ...recipe, ...changed };
    return roundingStepsOf({ session, samples: { ...samples, ...others }, options, controls: {} }, 10);
  });
}

/** Samples that were synthesised in one way or another. */
const synthesised = (made: 'statistics' | 'classes') => ({
  others: { synthesis: { made, samples: 100, steps: 10, shortened: false, distance: null } },
});

describe('steps in which blocks learn their rounding', () => {
  before(async () => void (await startEngine('embedded')));

  it('are eight for each of the training, from 1,500 to 3,000', async () => {
    assert.equal(await stepsFor(200), 3000);
    assert.equal(await stepsFor(200, { epochs: 20 }), 1600);
    assert.equal(await stepsFor(200, { epochs: 18 }), 0);
    assert.equal(await stepsFor(200, { maxSteps: 200 }), 1600);
    assert.equal(await stepsFor(200, { maxSteps: 10 }), 0);
  });

  it('are none on the embedded engine, where they would take long', async () => {
    assert.equal(await stepsFor(200, {}, { engine: 'embedded' }), 0);
    assert.equal(await stepsFor(200, { roundingSteps: 100 }, { engine: 'embedded' }), 100);
  });

  it('are none where samples have labels', async () => {
    const y = { values: Float32Array.from({ length: 200 }, (_, row) => row % 4), shape: [200] };
    assert.equal(await stepsFor(200, {}, { labels: { y } }), 0);
  });

  it('are none where samples are too few, or many, where values are predicted, and where nothing is to be learned', async () => {
    assert.equal(await stepsFor(60), 0);
    assert.equal(await stepsFor(2500), 0);
    assert.equal(await stepsFor(200, {}, { activation: 'linear' }), 0);
    assert.equal(await stepsFor(200, { forward: 'float', roundingSteps: 100 }), 0);
    assert.equal(await stepsFor(200, { entropyPenalty: 0.01, roundingSteps: 100 }), 0);
    assert.equal(await stepsFor(200, { epochs: 0, roundingSteps: 100 }), 0);
  });

  it('are for inputs that were moved toward what BatchNorm remembers, not for others', async () => {
    assert.equal(await stepsFor(200, { data: undefined }, synthesised('statistics')), 3000);
    assert.equal(await stepsFor(200, { data: undefined }, synthesised('classes')), 0);
  });

  it('are those that were asked for, whatever the samples', async () => {
    assert.equal(await stepsFor(60, { roundingSteps: 100 }), 100);
    assert.equal(await stepsFor(2500, { roundingSteps: 100, maxSteps: 1 }), 100);
    assert.equal(await stepsFor(200, { roundingSteps: 0 }), 0);
  });
});
