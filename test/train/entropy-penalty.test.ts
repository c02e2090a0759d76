import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { channelLayout, createRandom, forEachElement } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { quantizers } from '../../src/quantize/index.js';
import { onGrid, refit } from '../../src/train/guided-kernel.js';
import { guideKernel } from '../../src/train/index.js';
import { adjustPenalty } from '../../src/train/penalty-control.js';
import { startCpu } from '../cpu-engine.js';

const SHAPE = [3, 3, 8, 6];

/** A conv2d kernel [3,3,8,6] of normal values in a layer. */
function convKernel(seed: number) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 432 }, () => random.normal());
  const layer = tf.layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [8, 8, 8], useBias: false });
  tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor(values, SHAPE)]);
  return { values, weight: layer.weights[0]!, layout: channelLayout(SHAPE, [3]) };
}

const quantizerNamed = (name: string) => quantizers.find((each) => each.name === name)!;

describe('an entropy penalty', () => {
  before(async () => void (await startCpu()));

  for (const [name, bits] of [
    ['uniform', 2],
    ['integer', 2],
    ['ternary', 1.58],
    ['power-of-two', 3],
    ['affine', 3],
    ['codebook', 3],
  ] as const) {
    for (const penalty of [0, 0.05, 0.2]) {
      it(`${name}, ${bits} bits at ${penalty}: every weight has the code of the least error and bits`, () => {
        const { values, weight, layout } = convKernel(bits);
        const { levels, scale, offset } = quantizerNamed(name).fit(values, layout, bits);
        const kernel = guideKernel(
          { name: 'k', weight, axes: [3] },
          { levels, scale, ...(offset && { offset }) },
          tf.variable(tf.scalar(penalty)),
        );
        // The first codes are chosen while all bits cost the same: the nearest.
        const nearest = [...values].map((value, at) => {
          const u = (value - (offset?.[at % 6] ?? 0)) / scale[at % 6]!;
          return [...levels].reduce((best, level) =>
            Math.abs(u - level) <= Math.abs(u - best) ? level : best,
          );
        });
        refit(kernel);
        kernel.scale.assign(tf.tensor(scale, [1, 6, 1]));
        if (offset) kernel.offset!.assign(tf.tensor(offset, [1, 6, 1]));
        const bitsOf = (level: number) => {
          const count = nearest.filter((each) => each === level).length;
          return -Math.log2(Math.max(1, count) / nearest.length);
        };
        const square = new Float64Array(6);
        forEachElement(layout, (at, channel) => {
          square[channel]! += (values[at]! - (offset?.[channel] ?? 0)) ** 2 / 72;
        });
        const chosen = onGrid(kernel).dataSync();
        let moved = 0;
        forEachElement(layout, (at, channel) => {
          const shift = offset?.[channel] ?? 0;
          const cost = (level: number) =>
            (values[at]! - shift - scale[channel]! * level) ** 2 + penalty * square[channel]! * bitsOf(level);
          const level = (chosen[at]! - shift) / scale[channel]!;
          const near = [...levels].find((each) => Math.abs(each - level) < 1e-3)!;
          if (near !== nearest[at]) moved++;
          // Only neighbours are weighed against each other; and a level keeps the weights that lie on it, whatever it costs.
          for (const other of [...levels.keys()].filter((at) => Math.abs(at - levels.indexOf(near)) === 1)) {
            const step = Math.abs(levels[other]! - near);
            const dearer = bitsOf(near) - bitsOf(levels[other]!);
            const shift = (penalty * square[channel]! * dearer) / scale[channel]! ** 2 / (2 * step);
            if (Math.abs(shift) < 0.49 * step) assert.ok(cost(near) <= cost(levels[other]!) + 1e-4);
          }
        });
        assert.ok(penalty === 0 ? moved === 0 : moved > 0, `${moved} moved`);
      });
    }
  }

  it('a weight that lies on a level stays there, however dear it is', () => {
    const { values, weight, layout } = convKernel(3);
    const grid = quantizerNamed('uniform').fit(values, layout, 2);
    const kernel = guideKernel({ name: 'k', weight, axes: [3] }, grid, tf.variable(tf.scalar(5)));
    for (let round = 0; round < 3; round++) refit(kernel);
    const settled = onGrid(kernel);
    variableOf(weight).assign(settled as tf.Tensor4D);
    const again = onGrid(kernel).dataSync();
    for (const [at, value] of settled.dataSync().entries()) assert.ok(Math.abs(value - again[at]!) < 1e-6);
  });

  it('kernels with many levels have no entropy penalty', () => {
    const { values, weight, layout } = convKernel(3);
    const grid = quantizerNamed('uniform').fit(values, layout, 8);
    assert.equal(
      guideKernel({ name: 'k', weight, axes: [3] }, grid, tf.variable(tf.scalar(1))).entropyPenalty,
      undefined,
    );
  });
});

describe('the penalty that reaches a size', () => {
  before(async () => void (await startCpu()));

  for (const mostBytes of [18_000, 14_000, 12_000]) {
    it(`${mostBytes} bytes are reached and kept, by a file that follows the penalty late`, async () => {
      const factor = tf.variable(tf.scalar(0.1));
      let bits = 1.9;
      const measureBytes = async () => {
        const wanted = 1.9 - 0.5 * Math.log10(1 + 20 * factor.dataSync()[0]!);
        bits += 0.5 * (wanted - bits);
        return 2000 + 9000 * bits;
      };
      const fits: boolean[] = [];
      for (let epoch = 0; epoch < 30; epoch++) {
        const bytes = await measureBytes();
        fits.push(bytes <= mostBytes);
        adjustPenalty({ factor, mostBytes, measureBytes }, bytes);
      }
      assert.ok(fits.slice(-8).every(Boolean), fits.join(' '));
      assert.ok((await measureBytes()) > 0.96 * mostBytes);
    });
  }
});
