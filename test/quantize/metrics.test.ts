import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BIT_WIDTHS, entropyBits, GAUSSIAN_SQNR_DB, mse, sqnrDb } from '../../src/quantize/index.js';

describe('metrics', () => {
  it('mse of a worked example', () => assert.equal(mse([1, 2, 3], [1, 4, 0]), 13 / 3));
  it('sqnrDb of noise with a hundredth of the energy is 20 dB', () =>
    assert.equal(sqnrDb([10, 0], [10, 1]), 20));
  it('sqnrDb is null without noise and without signal', () => {
    assert.equal(sqnrDb([1, 2], [1, 2]), null);
    assert.equal(sqnrDb([0, 0], [1, 2]), null);
  });
  it('entropyBits of fair and of constant codes', () => {
    assert.equal(entropyBits(Uint8Array.of(0, 1, 2, 3)), 2);
    assert.equal(entropyBits(Uint8Array.of(5, 5, 5)), 0);
    assert.equal(entropyBits(Uint8Array.of(0, 1, 1, 1)), -(0.25 * Math.log2(0.25) + 0.75 * Math.log2(0.75)));
  });
});

/** The error of `count` evenly spaced values around zero on the normal distribution, by the midpoint rule. */
function evenDistortion(count: number, step: number): number {
  const width = 1e-3;
  let error = 0;
  for (let x = width / 2; x < 7; x += width) {
    const code = Math.min(count - 1, Math.floor(x / step + count / 2));
    const value = (code - (count - 1) / 2) * step;
    error += (x - value) ** 2 * Math.exp((-x * x) / 2) * width;
  }
  return error * Math.sqrt(2 / Math.PI);
}

describe('GAUSSIAN_SQNR_DB', () => {
  for (const bits of BIT_WIDTHS) {
    it(`${bits} bits: what the best step reaches`, () => {
      const count = Math.round(2 ** bits);
      let best = Number.POSITIVE_INFINITY;
      for (let range = 1.5; range < 5; range += 0.01)
        best = Math.min(best, evenDistortion(count, (2 * range) / count));
      assert.ok(
        Math.abs(-10 * Math.log10(best) - GAUSSIAN_SQNR_DB[bits]) < 0.01,
        `${-10 * Math.log10(best)} dB`,
      );
    });
  }
});
