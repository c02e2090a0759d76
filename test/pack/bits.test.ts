import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bits } from '../../src/pack/coders/bits.js';

/** All codes as one string of binary digits, the last code first, cut into bytes from its end. */
function packAsText(codes: Uint8Array, width: number): number[] {
  const digits = [...codes]
    .reverse()
    .map((code) => code.toString(2).padStart(width, '0'))
    .join('');
  const padded = digits.padStart(Math.ceil(digits.length / 8) * 8, '0');
  return (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)).reverse();
}

describe('coder bits', () => {
  for (let width = 1; width <= 8; width++) {
    it(`writes ${width} bits a code as the text of binary digits says`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 67 }),
          fc.integer({ min: 2 ** (width - 1) + 1, max: 2 ** width }),
          async (values, levels) => {
            const codes = Uint8Array.from(values, (value) => value % levels);
            const form = { shape: [codes.length], levels };
            const bytes = bits.encode(codes, form);
            assert.deepEqual([...bytes], packAsText(codes, width));
            assert.deepEqual(await bits.decoder.decode(bytes, form, 'file'), codes);
          },
        ),
      ));
  }
  it('refuses bits after the last code', () =>
    assert.rejects(bits.decoder.decode(Uint8Array.of(0b0100_0000), { shape: [3], levels: 4 }, 'file'), {
      code: 'bad-qgt',
    }));
});
