import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forSamples, withDefaults } from '../../src/compression/fitting/tuning-options.js';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import { optionsOf } from '../options.js';

const stepOf = (options: Partial<CompressOptions>, samples: number): readonly [number, number] => {
  const given = optionsOf('compress', { data: 'images', ...options });
  const { batchSize, learningRate } = forSamples(withDefaults(given), samples);
  return [batchSize, learningRate];
};

test('a batch is the largest power of two that leaves 64 steps an epoch, from 32 to 128, and never more than there is', () => {
  const sizes = [20, 1348, 4095, 4096, 8191, 8192, 50_000].map((samples) => stepOf({}, samples)[0]);
  assert.deepEqual(sizes, [20, 32, 32, 64, 64, 128, 128]);
  assert.equal(stepOf({ batchSize: 7 }, 50_000)[0], 7);
});

test('the learning rate is what was asked for, or else by the root of a batch below 128, and by whether there is data', () => {
  assert.deepEqual(stepOf({}, 50_000), [128, 0.002]);
  assert.deepEqual(stepOf({}, 1348), [32, 0.001]);
  assert.deepEqual(stepOf({ batchSize: 512 }, 50_000), [512, 0.002]);
  assert.deepEqual(stepOf({ data: undefined }, 1280), [32, 0.0005]);
  assert.equal(stepOf({ learningRate: 0.01 }, 50_000)[1], 0.01);
});

test('an effort takes as many steps of few samples as of a thousand, unless the epochs are given', () => {
  const epochsOf = (options: Partial<CompressOptions>, samples: number): number =>
    forSamples(withDefaults(optionsOf('compress', { data: 'images', ...options })), samples).epochs;
  assert.equal(epochsOf({}, 1024), 10);
  assert.equal(epochsOf({}, 50_000), 10);
  // Three steps of 32 a pass: 320 in all.
  assert.equal(epochsOf({}, 100), 107);
  assert.equal(epochsOf({ effort: 'low' }, 512), 6);
  // Batches of all there is.
  assert.equal(epochsOf({}, 5), 320);
  assert.equal(epochsOf({ batchSize: 4 }, 100), 13);
  assert.equal(epochsOf({ epochs: 10 }, 100), 10);
  assert.equal(epochsOf({ batchSize: 2000 }, 4500), 10);
  assert.equal(epochsOf({ data: undefined }, 100), 40);
});
