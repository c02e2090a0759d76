import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shortenFloats } from '../../src/core/index.js';

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

describe('shortenFloats', () => {
  for (const [bits, kept, step] of [
    [16, 0xffff0000, 0x10000],
    [24, 0xffffff00, 0x100],
  ] as const) {
    it(`gives the nearer of the two numbers of ${bits} bits around each, of two that are as near the even one`, () =>
      fc.assert(
        fc.property(
          fc.float({ noNaN: true, noDefaultInfinity: true, max: 2 ** 127, min: -(2 ** 127) }),
          (value) => {
            const inward = floatOf(bitsOf(value) & kept);
            const outward = floatOf((bitsOf(value) & kept) + step);
            const closer = Math.abs(value - inward) - Math.abs(outward - value);
            const inwardIsEven = (bitsOf(inward) & step) === 0;
            const expected = closer < 0 || (closer === 0 && inwardIsEven) ? inward : outward;
            assert.deepEqual([...shortenFloats(Float32Array.of(value), bits)], [expected]);
          },
        ),
      ));
  }

  it('leaves what is not finite, or would not be, as it is', () => {
    const largest = 2 ** 128 - 2 ** 104;
    const nan = floatOf(0x7fffffff);
    const values = [nan, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, largest, -largest, -0];
    for (const bits of [16, 24] as const)
      assert.deepEqual([...shortenFloats(Float32Array.from(values), bits)], values);
  });
});
