import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { narrowFloat16, widenFloat16 } from '../../src/core/index.js';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);

/** IEEE 754-2019, section 3.4: sign, five bits of exponent, ten of fraction. */
function meaning(half: number): number {
  const exponent = (half >> 10) % 32;
  const fraction = half % 1024;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  const special = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
  return (half < 0x8000 ? 1 : -1) * (exponent === 31 ? special : magnitude);
}

/** The nearest of all finite halves that are not negative, ties to the one whose last bit is 0. */
function nearest(value: number): number {
  const finite = [...ALL.subarray(0, 0x7c00)];
  return finite.reduce((best, half) => {
    const gain = Math.abs(meaning(best) - value) - Math.abs(meaning(half) - value);
    return gain > 0 || (gain === 0 && half % 2 === 0) ? half : best;
  });
}

describe('float16', () => {
  it('widens each half to what the standard says', () =>
    assert.deepEqual([...widenFloat16(ALL)], Array.from(ALL, meaning)));

  it('narrows what it widened to the same bits', () => {
    const numbers = ALL.filter((half) => !Number.isNaN(meaning(half)));
    assert.deepEqual(narrowFloat16(widenFloat16(numbers)), numbers);
  });

  it('narrows to the nearest half, ties to even', () => {
    const halfway = fc
      .integer({ min: 0, max: 0x7bfe })
      .map((half) => (meaning(half) + meaning(half + 1)) / 2);
    const any = fc.float({ noNaN: true, min: 0, max: 65504 });
    fc.assert(
      fc.property(fc.oneof(halfway, any), fc.boolean(), (value, negative) => {
        const [half] = narrowFloat16(Float32Array.of(negative ? -value : value));
        assert.equal(half, nearest(value) | (negative ? 0x8000 : 0));
      }),
      { numRuns: 50 },
    );
  });

  it('65520 and more becomes infinity, and what is no number stays none', () => {
    const halves = narrowFloat16(Float32Array.of(65519, 65520, -1e30, Number.NaN));
    assert.deepEqual([...widenFloat16(halves)], [65504, Infinity, -Infinity, Number.NaN]);
  });
});
