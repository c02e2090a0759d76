import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { CodeWatch } from '../../src/train/code-watch.js';
import { guideKernel } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';

describe('CodeWatch', () => {
  before(async () => void (await startCpu()));

  it('counts the codes that are not what they were when it was asked before', () => {
    const layer = tf.layers.dense({ units: 2, inputShape: [4], useBias: false });
    tf.sequential({ layers: [layer] });
    const weight = variableOf(layer.weights[0]!);
    const assign = (...values: number[]) => weight.assign(tf.tensor2d(values, [4, 2]));
    assign(0.2, -0.4, 0.6, -0.9, 1.2, 0.1, -0.1, 0.3);
    const grid = { levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5), scale: Float32Array.of(1, 1) };
    const watch = new CodeWatch([
      guideKernel({ name: 'dense/kernel', variable: variableOf(layer.weights[0]!), axes: [1] }, grid),
    ]);
    assert.deepEqual(watch.flips(), { 'dense/kernel': 0 });
    // Three cross a threshold (0, 1, 0), the others move between two.
    assign(-0.2, -0.1, 0.9, -0.6, 0.8, 0.4, -0.3, -0.3);
    assert.deepEqual(watch.flips(), { 'dense/kernel': 3 / 8 });
    assert.deepEqual(watch.flips(), { 'dense/kernel': 0 });
  });
});
