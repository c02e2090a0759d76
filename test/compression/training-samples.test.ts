import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { weightByClass } from '../../src/compression/fitting/class-weights.js';
import { outputUnits } from '../../src/compression/fitting/output-units.js';
import { createRandom } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { optionsOf } from '../options.js';
import { withSamples } from './with-samples.js';

/** Samples of each class. */
const COUNTS = [30, 60, 90, 120];
const COUNT = 300;

const random = createRandom(1);
const labels = COUNTS.flatMap((count, label) => Array.from({ length: count }, () => label));
const x = { values: Float32Array.from({ length: COUNT * 2 }, () => 7 + random.normal()), shape: [COUNT, 2] };
const y = { values: Float32Array.from(labels), shape: [COUNT] };

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('the samples of a training', () => {
  before(async () => void (await startEngine('embedded')));

  it('are nine tenths of each class; a tenth of each is held out', () =>
    withSamples({ kernel: tf.ones([2, 4]), activation: 'softmax' }, { x, y }, async (_, samples) => {
      const countsOf = (order: readonly number[]) =>
        COUNTS.map((_, label) => order.filter((index) => labels[index] === label).length);
      assert.deepEqual(countsOf(samples.validation.order), [3, 6, 9, 12]);
      assert.deepEqual(countsOf(samples.training.order), [27, 54, 81, 108]);
    }));

  it('count alike by class with --class-weights auto, or as they are given; 1 in the mean', () =>
    withSamples({ kernel: tf.ones([2, 4]), activation: 'softmax' }, { x, y }, async (_, samples) => {
      const totals = async (classWeights: 'auto' | number[]) => {
        const recipe = { batchSize: 32, epochs: 1, learningRate: 0.001 };
        const options = { ...optionsOf('compress', { classWeights }), ...recipe };
        const weights = await weightByClass({ samples, options });
        return [27, 54, 81, 108].map((count, label) => count * weights![label]!);
      };
      const close = (actual: readonly number[], expected: readonly number[]) => {
        for (const [i, value] of actual.entries())
          assert.ok(Math.abs(value - expected[i]!) < 1e-3, `${actual}, expected ${expected}`);
      };
      close(await totals('auto'), [67.5, 67.5, 67.5, 67.5]);
      // 27 * 8 + 54 * 4 + 81 * 0 + 108 * 1 = 540, twice as many as there are samples.
      close(await totals([8, 4, 0, 1]), [108, 108, 0, 54]);
    }));

  it('give each column of plain outputs its variance for a unit, and 1 to one that stays', () => {
    const kernel = tf.tensor2d([
      [3, 0, 1000],
      [0, 0, 1000],
    ]);
    return withSamples({ kernel, activation: 'linear' }, { x }, async ({ liveModel }, samples) => {
      assert.ok(liveModel.kind === 'layers');
      const [units] = await outputUnits(liveModel, samples);
      const columns = [(a: number) => 3 * a, () => 0, (a: number, b: number) => 1000 * (a + b)];
      for (const [column, output] of columns.entries()) {
        const values = samples.training.order.map((row) =>
          output(x.values[2 * row]!, x.values[2 * row + 1]!),
        );
        const variance = mean(values.map((value) => (value - mean(values)) ** 2)) || 1;
        assert.ok(Math.abs(units![column]! / variance - 1) < 1e-3, `${units![column]}, expected ${variance}`);
      }
    });
  });
});
