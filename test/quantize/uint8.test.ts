import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { channelLayout, createRandom } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { dequantize, encode, uint8, uint8Steps } from '../../src/quantize/index.js';
import { startCpu } from '../cpu-engine.js';

const layout = channelLayout([60, 5], [1]);
const normals = (seed: number, mean = 0): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: 300 }, () => mean + random.normal());
};

/** What the values become in tensorflowjs/quantization.py: 256 steps over their range, moved so that 0 is one of them. */
function convertersValues(weights: Float32Array): number[] {
  const [low, high] = [Math.min(...weights), Math.max(...weights)];
  const scale = (high - low) / 255;
  const min = low <= 0 && high >= 0 ? -Math.round(-low / scale) * scale : low;
  return Array.from(weights, (weight) => {
    const code = Math.max(0, Math.min(255, Math.round((weight - min) / scale)));
    return code * scale + min;
  });
}

describe('quantizer uint8', () => {
  it('has one step for all channels, with which values are as near as the converter’s', () =>
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const weights = normals(seed);
        const grid = uint8.fit(weights, layout, 8);
        assert.ok(grid.scale.length === 5 && grid.scale.every((scale) => scale === grid.scale[0]));
        const expected = convertersValues(weights);
        // A weight halfway between two values may go to either.
        for (const [index, value] of dequantize(encode(weights, grid, layout)).entries()) {
          const error = Math.abs(value - weights[index]!);
          const theirs = Math.abs(expected[index]! - weights[index]!);
          assert.ok(error <= theirs + 1e-5 + 0.02 * grid.scale[0]!, `${index}`);
        }
      }),
    ));

  it('has steps as fine where all weights are on one side of 0', () => {
    const weights = normals(1, 50);
    const grid = uint8.fit(weights, layout, 8);
    const step = (Math.max(...weights) - Math.min(...weights)) / 255;
    assert.ok(Math.abs(grid.scale[0]! - step) < 1e-6);
    for (const [index, value] of dequantize(encode(weights, grid, layout)).entries())
      assert.ok(Math.abs(value - weights[index]!) < 0.51 * step);
  });

  it('has steps no finer than what float32 tells apart', () => {
    const weights = normals(1).map((value) => 1000 + 1e-4 * value);
    const { levels } = uint8.fit(weights, layout, 8);
    assert.ok(levels.every((level, code) => level === levels[0]! + code));
    const values = dequantize(encode(weights, uint8.fit(weights, layout, 8), layout));
    for (const [index, value] of values.entries()) assert.ok(Math.abs(value - weights[index]!) <= 2 ** -13);
  });

  it('keeps a tensor of one value, of zeros and of nothing as it is', () => {
    for (const value of [0.3, -2, 0]) {
      const weights = new Float32Array(300).fill(value);
      assert.deepEqual(dequantize(encode(weights, uint8.fit(weights, layout, 8), layout)), weights);
    }
    assert.equal(uint8.fit(new Float32Array(), channelLayout([0, 5], [1]), 8).levels.length, 256);
  });

  it('holds all weights with larger steps too', () => {
    const weights = normals(4, 1);
    const [fine, coarse] = [uint8.fit(weights, layout, 8), uint8Steps(weights, layout, 1.1)];
    assert.ok(Math.abs(coarse.scale[0]! / fine.scale[0]! - 1.1) < 1e-6);
    for (const [index, value] of dequantize(encode(weights, coarse, layout)).entries())
      assert.ok(Math.abs(value - weights[index]!) < 0.51 * coarse.scale[0]!);
  });
});

before(startCpu);

describe('codes whose errors cancel out', () => {
  const columns = Array.from({ length: 30 }, (_, column) => column);
  const channel = channelLayout([400, 30], [1]);
  const random = createRandom(5);
  const weights = Float32Array.from({ length: 12_000 }, () => random.normal());
  const grid = uint8.fit(weights, channel, 8);
  const step = grid.scale[0]!;
  const errorsOf = (values: Float32Array, column: number) =>
    Array.from(values, (value, index) => value - weights[index]!).filter((_, index) => index % 30 === column);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const nearest = dequantize(encode(weights, grid, channel));
  const balanced = dequantize(uint8.encode!(weights, grid, channel));

  it('leave a sum of at most half a step in each channel', () => {
    const before = columns.map((column) => Math.abs(sum(errorsOf(nearest, column))));
    assert.ok(Math.max(...before) > 10 * step);
    for (const column of columns) assert.ok(Math.abs(sum(errorsOf(balanced, column))) <= 0.5001 * step);
  });

  it('are the nearest ones but for weights within a tenth of a step of halfway, which take the next', () => {
    for (const [index, value] of balanced.entries()) {
      const moved = Math.abs(value - nearest[index]!) / step;
      if (moved < 0.5) continue;
      assert.ok(Math.abs(moved - 1) < 1e-3);
      assert.ok(Math.abs(value - weights[index]!) <= 0.6001 * step);
    }
  });

  it('make less noise of inputs that have a mean, and hardly more of others', () => {
    const noiseOf = (values: Float32Array, mean: number) => {
      const errors = columns.map((column) => errorsOf(values, column));
      const samples = Array.from({ length: 50 }, () => errors[0]!.map(() => mean + random.normal()));
      const outputErrors = samples.flatMap((x) =>
        errors.map((each) => sum(each.map((error, row) => error * x[row]!))),
      );
      return sum(outputErrors.map((error) => error ** 2));
    };
    assert.ok(noiseOf(balanced, 1) < 0.7 * noiseOf(nearest, 1));
    assert.ok(noiseOf(balanced, 0) < 1.2 * noiseOf(nearest, 0));
  });

  it('leave hardly more than half a step in the window of each input of a convolution', () => {
    const shape = [3, 3, 8, 6];
    const kernel = channelLayout(shape, [3]);
    const values = Float32Array.from({ length: 432 }, () => random.normal());
    const own = uint8.fit(values, kernel, 8);
    const errors = (encoded: Float32Array) =>
      Array.from({ length: 48 }, (_, pair) =>
        sum(
          Array.from({ length: 9 }, (_, place) => encoded[place * 48 + pair]! - values[place * 48 + pair]!),
        ),
      ).map((error) => Math.abs(error) / own.scale[0]!);
    const windows = errors(dequantize(uint8.encode!(values, own, kernel)));
    assert.ok(Math.max(...windows) <= 1.5001);
    assert.ok(
      sum(windows.map((each) => each ** 2)) <
        sum(errors(dequantize(encode(values, own, kernel))).map((each) => each ** 2)) / 4,
    );
  });

  it('make less noise of images, which hardly differ from a pixel to the next', () => {
    const [side, kernel] = [12, channelLayout([3, 3, 3, 8], [3])];
    const values = Float32Array.from({ length: 216 }, () => random.normal());
    const own = uint8.fit(values, kernel, 8);
    const image = tf.tensor4d(
      Array.from(
        { length: side * side * 3 },
        (_, index) => Math.sin(index % 3) + Math.sin(Math.floor(index / 3) / 40),
      ),
      [1, side, side, 3],
    );
    const noiseOf = (encoded: Float32Array) => {
      const errors = encoded.map((value, index) => value - values[index]!);
      return tf.tidy(() => {
        const outputErrors = tf.conv2d(image, tf.tensor4d(errors, [3, 3, 3, 8]), 1, 'valid');
        return tf.mean(tf.square(outputErrors)).arraySync();
      }) as number;
    };
    const channelAlone = { ...kernel, inputs: 27 };
    const noises = [uint8.encode!(values, own, kernel), uint8.encode!(values, own, channelAlone)].map(
      (each) => noiseOf(dequantize(each)),
    );
    assert.ok(noises[0]! < 0.7 * noises[1]!, `${noises}`);
    image.dispose();
  });

  it('stay where a channel has no scale', () => {
    const zeros = new Float32Array(12_000);
    assert.deepEqual(
      uint8.encode!(zeros, uint8.fit(zeros, channel, 8), channel).codes,
      new Uint8Array(12_000),
    );
  });
});
