import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { DivergenceGuard } from '../../src/train/divergence-guard.js';
import { startCpu } from '../cpu-engine.js';

describe('DivergenceGuard', () => {
  before(async () => void (await startCpu()));

  const setback = { epoch: 2, learningRate: 0.01 };

  it('goes back to the values that were kept last, at 0.3 times the learning rate each time', () => {
    const weight = tf.variable(tf.scalar(1));
    const guard = new DivergenceGuard([weight]);
    const valueAfter = (value: number) => {
      weight.assign(tf.scalar(value));
      const note = guard.goBack(setback);
      assert.match(note, /not a finite number: back to the end of epoch 2, with 0.3 times the learning rate/);
      return weight.dataSync()[0]!;
    };
    assert.equal(guard.rateFactor, 1);
    assert.equal(valueAfter(Number.NaN), 1);
    assert.equal(guard.rateFactor, 0.3);
    weight.assign(tf.scalar(5));
    guard.keep();
    assert.equal(valueAfter(Number.POSITIVE_INFINITY), 5);
    assert.equal(guard.rateFactor, 0.3 * 0.3);
    assert.equal(valueAfter(Number.NaN), 5);
  });

  it('gives up at the fifth setback, however good what lay between', () => {
    const guard = new DivergenceGuard([tf.variable(tf.scalar(1))]);
    for (let count = 0; count < 4; count++) {
      guard.goBack(setback);
      guard.keep();
    }
    assert.throws(() => guard.goBack(setback), {
      code: 'diverged',
      message: /not a finite number 5 times, got a learning rate of 0.010 at last; .*--learning-rate/,
    });
  });

  it('holds one state at a time, and none once disposed of', () => {
    const weight = tf.variable(tf.scalar(1));
    const empty = tf.memory().numTensors;
    const guard = new DivergenceGuard([weight]);
    guard.keep();
    guard.keep();
    assert.equal(tf.memory().numTensors, empty + 1);
    guard.dispose();
    assert.equal(tf.memory().numTensors, empty);
  });
});
