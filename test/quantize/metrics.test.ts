import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entropyBits, mse, sqnrDb } from '../../src/quantize/index.js';

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
