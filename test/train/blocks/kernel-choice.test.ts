import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../../src/engine/tf.js';
import { chooseLevels } from '../../../src/train/blocks/kernel-choice.js';
import { type GuidedKernel, guideKernel } from '../../../src/train/index.js';
import { startCpu } from '../../cpu-engine.js';

/** Two channels of levels -2, -1, 0 and 3, the second with an offset. */
function kernelOf(values: number[]): GuidedKernel {
  const variable = tf.variable(tf.tensor(values, [values.length / 2, 2]));
  const grid = {
    levels: Float32Array.of(-2, -1, 0, 3),
    scale: Float32Array.of(1, 0.5),
    offset: Float32Array.of(0, 10),
  };
  return guideKernel({ name: 'kernel', variable, axes: [1] }, grid);
}

const values = (tensor: tf.Tensor) => [...tensor.dataSync()];
const rounded = (tensor: tf.Tensor) => values(tensor).map((value) => Math.round(1000 * value) / 1000);

describe('choice of the levels of a kernel', () => {
  before(async () => void (await startCpu()));

  it('begins where the weights are, as far as they lie between levels and not on one', () => {
    const choice = chooseLevels(kernelOf([-1.75, 9.125, 1.2, 10.3, -5, 20, 0, 10]));
    // On a level, or beyond the outermost, a hundredth of the way to the other one.
    assert.deepEqual(rounded(choice.value()), [-1.75, 9.125, 1.2, 10.3, -1.99, 11.485, 0.03, 10.015]);
  });

  it('ends on the nearer of the two levels', () => {
    const kernel = kernelOf([-1.75, 9.125, 1.7, 10.3, -5, 20, 0, 10]);
    const choice = chooseLevels(kernel);
    choice.settle();
    assert.deepEqual(rounded(kernel.variable), [-2, 9, 3, 10, -2, 11.5, 0, 10]);
  });

  it('goes no further than these two, however far it learns', () => {
    const choice = chooseLevels(kernelOf([-1.75, 9.125, 1.7, 10.3]));
    choice.choice.assign(tf.tensor([50, 50, -50, -50], [2, 2, 1]));
    assert.deepEqual(rounded(choice.value()), [-1, 9.5, 0, 10]);
  });

  it('costs 1 halfway between levels and 0 on one, whatever the exponent', () => {
    const exponent = (power: number) => tf.scalar(power);
    const choice = chooseLevels(kernelOf([-1.5, 9.25, 1.5, 10.75]));
    assert.ok(Math.abs(choice.openness(exponent(20)).dataSync()[0]! - 4) < 1e-5);
    assert.ok(Math.abs(choice.openness(exponent(2)).dataSync()[0]! - 4) < 1e-5);
    choice.choice.assign(tf.fill([2, 2, 1], 50));
    assert.equal(choice.openness(exponent(2)).dataSync()[0], 0);
    // A quarter of the way: 1 - |2 / 4 - 1|^2.
    const quarter = chooseLevels(kernelOf([-1.75, 9.125, 0.75, 10.375]));
    assert.ok(Math.abs(quarter.openness(exponent(2)).dataSync()[0]! - 4 * 0.75) < 1e-4);
  });

  it('leaves a channel without a scale at its offset', () => {
    const variable = tf.variable(tf.tensor([1, 2], [2, 1]));
    const grid = { levels: Float32Array.of(-1, 1), scale: Float32Array.of(0) };
    const choice = chooseLevels(guideKernel({ name: 'kernel', variable, axes: [1] }, grid));
    choice.choice.assign(tf.fill([2, 1, 1], 3));
    choice.settle();
    assert.deepEqual(values(variable), [0, 0]);
  });
});
