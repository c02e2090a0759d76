import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { channelLayout, createRandom } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { type Grid, quantizers } from '../../src/quantize/index.js';
import { focusedPull, squarePull } from '../../src/train/guidance.js';
import { onGrid } from '../../src/train/guided-kernel.js';
import { type GuidedKernel, guideKernel } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';

/** Values of a kernel [20, 3], a scale per column. */
const values = (seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: 60 }, () => random.normal() + 0.1);
};

function kernelOf(weights: Float32Array, grid: Grid): GuidedKernel {
  const layer = tf.layers.dense({ units: 3, inputShape: [20], useBias: false });
  tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor(weights, [20, 3])]);
  return guideKernel({ name: 'k', variable: variableOf(layer.weights[0]!), axes: [1] }, grid);
}

/** The potential of one weight by the definition: its two neighbours among the levels, and what is beyond them. */
function potential(w: number, channel: number, { levels, scale, offset }: Grid, focus: number): number {
  const points = [...levels].map((level) => level * scale[channel]! + (offset?.[channel] ?? 0));
  const nearest = Math.min(...points.map((point) => Math.abs(w - point)));
  if (w < points[0]! || w > points.at(-1)!) return nearest ** 2;
  const above = points.findIndex((point) => point > w);
  const gap = points[above]! - points[above - 1]!;
  return (gap ** 2 * (1 - (1 - (2 * nearest) / gap) ** focus)) / 2;
}

const numeric = (of: (w: number) => number, w: number): number => (of(w + 1e-5) - of(w - 1e-5)) / 2e-5;

describe('guidance', () => {
  before(async () => void (await startCpu()));

  for (const quantizer of quantizers)
    for (const bits of quantizer.widths.filter((width) => [1.58, 2, 3].includes(width)))
      for (const focus of [2, 6])
        it(`${quantizer.name}, ${bits} bits: the focused pull is the slope of its potential at focus ${focus}`, () => {
          const weights = values(bits);
          const grid = quantizer.fit(weights, channelLayout([20, 3], [1]), bits);
          const kernel = kernelOf(weights, grid);
          const target = onGrid(kernel);
          const pull = focusedPull(kernel, target, tf.scalar(focus)).dataSync();
          const rounded = target.dataSync();
          let compared = 0;
          for (const [index, w] of weights.entries()) {
            const channel = index % 3;
            const points = [...grid.levels].map((level) => level * grid.scale[channel]!);
            const widest = Math.max(...points.slice(1).map((point, below) => point - points[below]!));
            // It fades out beside a level, and turns over halfway between two.
            if (Math.abs(w - rounded[index]!) < widest / 30) continue;
            const slope = numeric((at) => potential(at, channel, grid, focus), w);
            assert.ok(
              Math.abs(pull[index]! - slope) < 1e-3 * (1 + Math.abs(slope)),
              `${w}: ${pull[index]}, ${slope}`,
            );
            compared++;
          }
          assert.ok(compared > 30);
        });

  it('a weight on its level is at rest, and one beside it is pulled the less the nearer it is', () => {
    const grid = { levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5), scale: Float32Array.of(1, 1, 1) };
    const weights = Float32Array.from({ length: 60 }, (_, index) => 0.5 + index / 4000);
    const kernel = kernelOf(weights, grid);
    const pull = focusedPull(kernel, onGrid(kernel), tf.scalar(20)).dataSync();
    assert.equal(pull[0], 0);
    for (let index = 1; index < 60; index++) assert.ok(pull[index]! > pull[index - 1]!);
  });

  it('a weight beyond the middle, which an entropy penalty gave the farther level, is pulled there', () => {
    const grid = { levels: Float32Array.of(-1.5, -0.5, 0.5, 1.5), scale: Float32Array.of(1, 1, 1) };
    const weights = new Float32Array(60).fill(0.2);
    const pull = focusedPull(kernelOf(weights, grid), tf.fill([20, 3], -0.5), tf.scalar(20)).dataSync();
    for (const each of pull) assert.ok(Math.abs(each - 1.4) < 1e-6);
  });

  it('the square pulls by twice the distance from the grid', () => {
    const weights = values(4);
    const grid = quantizers[0]!.fit(weights, channelLayout([20, 3], [1]), 2);
    const kernel = kernelOf(weights, grid);
    const target = onGrid(kernel);
    const pull = squarePull(kernel, target).dataSync();
    const rounded = target.dataSync();
    for (const [index, w] of weights.entries())
      assert.ok(Math.abs(pull[index]! - 2 * (w - rounded[index]!)) < 1e-6);
  });
});
