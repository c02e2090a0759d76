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

  it('moves each value by its unit', () => {
    const [plain, scaled] = [0, 1].map(() => tf.variable(tf.tensor2d([1, 1, 1, 1], [2, 2])));
    const units = new Map([[scaled!, tf.tensor2d([0.5, 0], [1, 2])]]);
    for (const [variable, adam] of [
      [plain!, createAdam([plain!])],
      [scaled!, createAdam([scaled!], units)],
    ] as const) {
      for (let step = 1; step <= 3; step++)
        adam.apply([tf.mul(variable, [[1, -2]])], tf.tensor1d(ratesAt(0.001, step)));
    }
    const moves = [plain!, scaled!].map((variable) => [...variable.dataSync()].map((value) => value - 1));
    for (const [at, move] of moves[1]!.entries())
      assert.ok(Math.abs(move - moves[0]![at]! * [0.5, 0][at % 2]!) < 1e-5);
  });

  it('leaves a variable without a gradient alone', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    createAdam([variable]).apply([null], tf.tensor1d(ratesAt(0.1, 1)));
    assert.deepEqual([...variable.dataSync()], [1, 2]);
  });
});
