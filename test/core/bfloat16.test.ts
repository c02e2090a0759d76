import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { roundToBfloat16 } from '../../src/core/index.js';

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!;

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

describe('roundToBfloat16', () => {
  it('gives the nearer of the two numbers of 16 bits around each, of two that are as near the even one', () =>
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true, max: 2 ** 127, min: -(2 ** 127) }),
        (value) => {
          const inward = floatOf(bitsOf(value) & 0xffff0000);
          const outward = floatOf((bitsOf(value) & 0xffff0000) + 0x10000);
          const closer = Math.abs(value - inward) - Math.abs(outward - value);
          const inwardIsEven = (bitsOf(inward) & 0x10000) === 0;
          const expected = closer < 0 || (closer === 0 && inwardIsEven) ? inward : outward;
          assert.deepEqual([...roundToBfloat16(Float32Array.of(value))], [expected]);
        },
      ),
    ));

  it('leaves what is not finite, or would not be, as it is', () => {
    const largest = 2 ** 128 - 2 ** 104;
    const nan = floatOf(0x7fffffff);
    const values = [nan, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, largest, -largest, -0];
    assert.deepEqual([...roundToBfloat16(Float32Array.from(values))], values);
  });
});
