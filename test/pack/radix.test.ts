import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { radix } from '../../src/pack/coders/radix.js';
import { coders } from '../../src/pack/index.js';

const bits = coders.find(({ decoder }) => decoder.id === 'bits')!;

/** Each byte from the text of its digits, the last code first; bases up to 16, which JavaScript can read. */
function packAsText(codes: readonly number[], levels: number, perByte: number): number[] {
  const chunks = Array.from({ length: Math.ceil(codes.length / perByte) }, (_, index) =>
    codes.slice(index * perByte, (index + 1) * perByte),
  );
  return chunks.map((chunk) =>
    Number.parseInt(
      chunk
        .reverse()
        .map((code) => code.toString(levels))
        .join(''),
      levels,
    ),
  );
}

describe('coder radix', () => {
  for (const [levels, perByte] of [
    [2, 8],
    [3, 5],
    [4, 4],
    [5, 3],
    [6, 3],
    [7, 2],
    [16, 2],
  ] as const) {
    it(`writes ${perByte} codes of ${levels} levels a byte, as digits to that base`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: levels - 1 }), { maxLength: 67 }),
          async (values) => {
            const codes = Uint8Array.from(values);
            const form = { shape: [codes.length], levels };
            const bytes = radix.encode(codes, form);
            assert.deepEqual([...bytes], packAsText(values, levels, perByte));
            assert.deepEqual(await radix.decoder.decode(bytes, form, 'file'), codes);
          },
        ),
      ));
  }

  it('writes a code of more than 16 levels as a byte', () =>
    assert.deepEqual(
      radix.encode(Uint8Array.of(16, 0, 9), { shape: [3], levels: 17 }),
      Uint8Array.of(16, 0, 9),
    ));

  it('is shorter than bits for 3, 5 and 6 levels only', () => {
    const shorter = Array.from({ length: 255 }, (_, index) => index + 2).filter(
      (levels) =>
        radix.decoder.byteLength!({ shape: [1000], levels }) <
        bits.decoder.byteLength!({ shape: [1000], levels }),
    );
    assert.deepEqual(shorter, [3, 5, 6]);
  });

  const refused: [string, number, number[]][] = [
    ['a byte above the largest number', 10, [243, 0]],
    ['a number above it in the last byte', 5, [255]],
    ['a digit after the last code', 7, [200, 9]],
  ];
  for (const [what, count, bytes] of refused) {
    it(`refuses ${what}`, () =>
      assert.rejects(radix.decoder.decode(Uint8Array.from(bytes), { shape: [count], levels: 3 }, 'file'), {
        code: 'bad-qgt',
        message: /^file: bytes after the last code/,
      }));
  }

  it('writes the example of docs/format.md', () => {
    const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8');
    const [, codes, bytes] = /three levels the codes ([\d, ]+) are the bytes `([\da-f ]+)`/.exec(page)!;
    const written = radix.encode(Uint8Array.from(codes!.split(', '), Number), { shape: [7], levels: 3 });
    assert.equal(Buffer.from(written).toString('hex'), bytes!.replaceAll(' ', ''));
  });
});
