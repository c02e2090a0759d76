import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { createAdam, ratesAt } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { startCpu } from '../cpu-engine.js';

describe('adam', () => {
  before(async () => void (await startCpu()));

  it("matches tfjs's own to 1e-6 over 100 steps, with a learning rate that changes", () => {
    const random = createRandom(1);
    const start = Float32Array.from({ length: 12 }, () => 0.3 * random.normal());
    const ours = tf.variable(tf.tensor(start, [3, 4]));
    const stock = tf.variable(tf.tensor(start, [3, 4]), true, 'stock');
    const adam = createAdam([ours]);
    const reference = tf.train.adam(0.002);
    for (let step = 1; step <= 100; step++) {
      const learningRate = 0.002 * (1 - step / 120);
      const gradient = tf.tensor(
        Float32Array.from({ length: 12 }, () => random.normal() * (step % 7)),
        [3, 4],
      );
      Object.assign(reference, { learningRate });
      reference.applyGradients([{ name: 'stock', tensor: gradient }]);
      adam.apply([gradient], tf.tensor1d(ratesAt(learningRate, step)));
    }
    const theirs = stock.dataSync();
    for (const [i, value] of ours.dataSync().entries()) assert.ok(Math.abs(value - theirs[i]!) < 1e-6);
  });

  it('leaves a variable without a gradient alone', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    createAdam([variable]).apply([null], tf.tensor1d(ratesAt(0.1, 1)));
    assert.deepEqual([...variable.dataSync()], [1, 2]);
  });
});
