import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { channelLayout, createRandom } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { dequantize, encode, mse, quantizers } from '../../src/quantize/index.js';
import { onGrid, refit, residualOf, straightThrough } from '../../src/train/guided-kernel.js';
import { gridOf, guideKernel } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';

/** A conv2d kernel [3,3,4,6] of normal values in a layer. */
function convKernel(seed: number) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 216 }, () => random.normal() + 0.2);
  const layer = tf.layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [8, 8, 4], useBias: false });
  tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor(values, [3, 3, 4, 6])]);
  return { values, variable: variableOf(layer.weights[0]!), layout: channelLayout([3, 3, 4, 6], [3]) };
}

describe('guided kernel', () => {
  before(async () => void (await startCpu()));

  for (const quantizer of quantizers) {
    for (const bits of quantizer.widths.filter((width) => [1.58, 2, 4, 8].includes(width))) {
      it(`${quantizer.name}, ${bits} bits: the tensors' grid is the typed arrays' grid`, () => {
        const { values, variable, layout } = convKernel(bits);
        const grid = quantizer.fit(values, layout, bits);
        const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid);
        const expected = dequantize(encode(values, grid, layout));
        const actual = onGrid(kernel).dataSync();
        for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-5);
      });

      it(`${quantizer.name}, ${bits} bits: a refit never makes the error larger`, () => {
        const { values, variable, layout } = convKernel(bits);
        const start = quantizer.fit(values, layout, bits);
        const worse = { ...start, scale: start.scale.map((scale) => scale * 1.4) };
        const kernel = guideKernel({ name: 'k', variable, axes: [3] }, worse);
        let last = mse(values, onGrid(kernel).dataSync());
        for (let round = 0; round < 5; round++) {
          refit(kernel);
          const now = mse(values, onGrid(kernel).dataSync());
          assert.ok(now <= last * (1 + 1e-5));
          last = now;
        }
        const found = gridOf(kernel);
        assert.ok(Math.abs(residualOf(kernel) - last / mse(values, new Float32Array(216))) < 1e-5);
        assert.equal(found.scale.length, 6);
      });
    }
  }

  it('a list of uneven levels is found by the same rule as in typed arrays', () => {
    const { values, variable, layout } = convKernel(5);
    const grid = {
      levels: Float32Array.of(-2, -0.5, 0, 0.25, 1, 3),
      scale: Float32Array.from({ length: 6 }, (_, c) => 0.5 + c / 10),
    };
    const actual = onGrid(guideKernel({ name: 'k', variable, axes: [3] }, grid)).dataSync();
    const expected = dequantize(encode(values, grid, layout));
    for (const [i, value] of actual.entries()) assert.ok(Math.abs(value - expected[i]!) < 1e-6);
  });

  it('a refit never turns the grid over', () => {
    // A dear code above lets 0.1 take -0.5, through which least squares would lay a scale of -0.2.
    const layer = tf.layers.dense({ units: 2, inputShape: [2], useBias: false });
    tf.sequential({ layers: [layer] });
    layer.setWeights([
      tf.tensor2d([
        [0.1, -0.5],
        [0.1, -0.5],
      ]),
    ]);
    const grid = { levels: Float32Array.of(-0.5, 0.5), scale: Float32Array.of(1, 1) };
    const weight = { name: 'k', variable: variableOf(layer.weights[0]!), axes: [1] };
    const kernel = guideKernel(weight, grid, tf.variable(tf.scalar(1000)));
    kernel.entropyPenalty!.codeBits.assign(tf.tensor1d([0, 10]));
    assert.deepEqual([...refit(kernel).dataSync()], [-0.5, -0.5, -0.5, -0.5]);
    assert.deepEqual([...gridOf(kernel).scale], [1, 1]);
  });

  it('a channel of zeros stays zero', () => {
    const { variable } = convKernel(1);
    variable.assign(tf.zeros([3, 3, 4, 6]));
    const kernel = guideKernel(
      { name: 'k', variable, axes: [3] },
      {
        levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5),
        scale: new Float32Array(6),
      },
    );
    assert.ok(
      refit(kernel)
        .dataSync()
        .every((value) => value === 0),
    );
    assert.equal(residualOf(kernel), 0);
  });

  it('the straight-through gradient of the value is the gradient of the weights', () => {
    const w = tf.tensor1d([0.3, -0.8]);
    const q = tf.tensor1d([0.5, -0.5]);
    const gradient = tf.grad((x) => tf.sum(tf.mul(straightThrough(x, q), tf.tensor1d([3, 4]))))(w);
    assert.deepEqual([...gradient.dataSync()], [3, 4]);
  });
});
