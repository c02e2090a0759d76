import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { logistic } from '../../src/pack/coders/logistic.js';
import { range } from '../../src/pack/coders/range.js';
import { RangeDecoder } from '../../src/pack/coders/range-decoder.js';
import { packModel } from '../../src/pack/index.js';
import { entropyBits } from '../../src/quantize/index.js';
import { describeTensor } from './described.js';
import { example } from './example.js';
import { likeWeights } from './like-weights.js';
import { decodeSecond, noSecondDecoder } from './second-decoder.js';

const SHAPES = [
  [],
  [1],
  [37],
  [5, 7],
  [3, 3, 4, 6],
  [3, 3, 16, 1],
  [1, 1, 8, 9],
  [2, 3, 2, 3, 4],
  [1, 5, 1, 1],
];

describe('coder range', () => {
  it('gives back any codes of any shape', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SHAPES),
        fc.integer({ min: 2, max: 256 }),
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.nat(),
        async (shape, levels, power, seed) => {
          const random = createRandom(seed);
          // The larger the power, the more of them are 0.
          const codes = Uint8Array.from({ length: sizeOf(shape) }, () =>
            Math.floor(random.next() ** power * levels),
          );
          const form = { shape, levels };
          assert.deepEqual(await range.decoder.decode(range.encode(codes, form), form, 'file'), codes);
        },
      ),
      { numRuns: 400 },
    ));

  it('decodes several tensors by turns', () => {
    const tensors = [2, 4, 200].map((levels) => {
      const form = { shape: [40, 50], levels };
      const { codes } = likeWeights(form.shape, levels, levels);
      const decoded = new Uint8Array(codes.length);
      return { codes, decoded, decoder: new RangeDecoder(range.encode(codes, form), decoded, form) };
    });
    for (let from = 0; from < 2000; from += 80)
      for (const { decoder } of tensors) decoder.decode(from, from + 80);
    for (const { codes, decoded } of tensors) assert.deepEqual(decoded, codes);
  });

  it('carries through any number of bytes', async () => {
    const form = { shape: [20000], levels: 2 };
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed);
      const codes = Uint8Array.from({ length: 20000 }, () => (random.next() < 0.999 ? 0 : 1));
      assert.deepEqual(await range.decoder.decode(range.encode(codes, form), form, 'file'), codes);
    }
  });

  it('writes nothing for no codes, and next to nothing for a hundred thousand that are alike', () => {
    assert.equal(range.encode(new Uint8Array(), { shape: [0, 3], levels: 4 }).length, 0);
    const form = { shape: [100, 1000], levels: 16 };
    const { length } = range.encode(new Uint8Array(100_000).fill(7), form);
    assert.ok(length < 100, `${length} bytes`);
  });

  for (const levels of [2, 3, 4, 8, 16, 256]) {
    it(`comes within 2 % of the entropy of ${levels} levels that depend on nothing`, () => {
      const random = createRandom(levels);
      const codes = Uint8Array.from({ length: 50_000 }, () =>
        Math.max(0, Math.min(levels - 1, Math.floor(levels * (0.5 + random.normal() / 5)))),
      );
      const bits = (8 * range.encode(codes, { shape: [100, 500], levels }).length) / codes.length;
      assert.ok(bits < 1.02 * entropyBits(codes), `${bits} of ${entropyBits(codes)}`);
    });
  }

  it('takes less than the entropy where neighbours are alike', () => {
    const { codes, shape } = likeWeights([3, 3, 32, 32], 4, 1);
    const bits = (8 * range.encode(codes, { shape, levels: 4 }).length) / codes.length;
    assert.ok(bits < 0.95 * entropyBits(codes), `${bits} of ${entropyBits(codes)}`);
  });

  it('is read the same by a decoder written from docs/format.md', { skip: noSecondDecoder }, async () => {
    const tensors = SHAPES.flatMap((shape, at) =>
      [2, 3, 4, 5, 16, 100, 256].map((levels) => ({
        ...likeWeights(shape, levels, at),
        name: `${at}-${levels}`,
      })),
    );
    const { bytes } = await packModel({ ...example, tensors });
    assert.deepEqual(decodeSecond(bytes).tensors, tensors.map(describeTensor));
  });

  it('has the logistic function of docs/format.md for every sum', () => {
    const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8');
    const table = / T = ([\d\s]+)\n\n/.exec(page)![1]!.trim().split(/\s+/).map(Number);
    const expected = (sum: number) => {
      const y = Math.min(Math.abs(sum), 12 * 65536 - 1);
      const k = Math.floor(y / 32768);
      const q = table[k]! + Math.floor(((table[k + 1]! - table[k]!) * (y % 32768)) / 32768);
      return sum < 0 ? 65536 - q : q;
    };
    for (let sum = -800_000; sum <= 800_000; sum++) {
      const found = logistic(sum);
      if (found !== expected(sum) || found < 1 || found > 65535) assert.fail(`${found} for ${sum}`);
    }
  });

  it('reads no codes of a shape with a dimension beyond all memory', async () => {
    const form = { shape: [0, 2 ** 40], levels: 4 };
    assert.equal((await range.decoder.decode(new Uint8Array(), form, 'file')).length, 0);
  });

  it('writes the example of docs/format.md', () => {
    const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8');
    const [, codes, bytes] = /shape \[8, 4\] the codes ([\d, ]+) are the bytes `([\da-f ]+)`/.exec(page)!;
    const written = range.encode(Uint8Array.from(codes!.split(', '), Number), { shape: [8, 4], levels: 4 });
    assert.equal(Buffer.from(written).toString('hex'), bytes!.replaceAll(' ', ''));
  });
});
