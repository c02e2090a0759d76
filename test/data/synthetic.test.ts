import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, silent } from '../../src/core/index.js';
import { type SynthesisOptions, synthesizeInputs } from '../../src/data/index.js';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';

const options = (): SynthesisOptions => ({
  count: 48,
  batchSize: 24,
  steps: 60,
  maxMs: 60_000,
  random: createRandom(1),
  onProgress: silent,
});

describe('synthesizeInputs', () => {
  before(async () => void (await startCpu()));

  it('moves noise until BatchNorm sees the mean and deviation that it remembers', async () => {
    const norm = tf.layers.batchNormalization({ inputShape: [3] });
    const model = tf.sequential({ layers: [norm, tf.layers.dense({ units: 2 })] });
    const mean = [4, -2, 0.5];
    const variance = [9, 0.25, 1];
    norm.setWeights([tf.ones([3]), tf.zeros([3]), tf.tensor1d(mean), tf.tensor1d(variance)]);
    const tensors = tf.memory().numTensors;
    const { inputs, note } = await synthesizeInputs(model, [{ shape: [3], dtype: 'float32', limit: null }], {
      ...options(),
      steps: 400,
    });
    assert.equal(tf.memory().numTensors, tensors);
    for (let channel = 0; channel < 3; channel++) {
      const values = inputs[0]!.filter((_, index) => index % 3 === channel);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(
        values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length,
      );
      assert.ok(Math.abs(average - mean[channel]!) < 0.3 * Math.sqrt(variance[channel]!));
      assert.ok(Math.abs(deviation / Math.sqrt(variance[channel]!) - 1) < 0.3);
    }
    assert.match(note, /match 1 BatchNorm layers/);
  });

  it('takes whole numbers of the vocabulary for an embedding', async () => {
    const { inputs } = await synthesizeInputs(null, [{ shape: [10], dtype: 'int32', limit: 7 }], options());
    assert.equal(inputs[0]!.length, 480);
    assert.ok(inputs[0]!.every((value) => Number.isInteger(value) && value >= 0 && value < 7));
  });

  it('makes smooth images between 0 and 1, more or less, and the same for the same seed', async () => {
    const image = [{ shape: [16, 16, 3], dtype: 'float32' as const, limit: null }];
    const first = await synthesizeInputs(null, image, options());
    const second = await synthesizeInputs(null, image, options());
    assert.deepEqual(first, second);
    const values = first.inputs[0]!;
    let across = 0;
    let spread = 0;
    for (let i = 3; i < values.length; i++) {
      across += (values[i]! - values[i - 3]!) ** 2;
      spread += (values[i]! - 0.5) ** 2;
    }
    assert.ok(across < spread, 'neighbours are alike');
  });
});
