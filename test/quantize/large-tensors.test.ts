import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { affine, dequantize, encode, mse, uniform } from '../../src/quantize/index.js';

const ROWS = 4096;
const CHANNELS = 300;
const layout = { outer: ROWS, channels: CHANNELS, inner: 1, inputs: ROWS };
const alone = { outer: ROWS, channels: 1, inner: 1, inputs: ROWS };

/** Weights of channels of different spread; every fifth has a weight far out. */
function manyWeights(): Float32Array {
  const random = createRandom(1);
  const weights = Float32Array.from(
    { length: ROWS * CHANNELS },
    (_, index) => (1 + (index % CHANNELS)) * (random.next() + random.next() + random.next() - 1.5),
  );
  for (let channel = 0; channel < CHANNELS; channel += 5) weights[channel]! *= 30;
  return weights;
}

const channelOf = (weights: Float32Array, channel: number): Float32Array =>
  Float32Array.from({ length: ROWS }, (_, row) => weights[row * CHANNELS + channel]!);

describe('fitting the grid of a tensor of over a million weights', () => {
  const weights = manyWeights();
  for (const quantizer of [uniform, affine])
    for (const bits of [2, 4] as const)
      it(`${quantizer.name}, ${bits} bits: each channel is as near as fitted alone`, () => {
        const rounded = dequantize(encode(weights, quantizer.fit(weights, layout, bits), layout));
        for (let channel = 0; channel < CHANNELS; channel += 7) {
          const own = channelOf(weights, channel);
          const grid = quantizer.fit(own, alone, bits);
          const error = mse(own, channelOf(rounded, channel));
          const best = mse(own, dequantize(encode(own, grid, alone)));
          assert.ok(error <= (1 + 1e-6) * best, `channel ${channel}: ${error} against ${best}`);
        }
      });
});
