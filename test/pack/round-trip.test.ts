import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../src/core/index.js';
import { type CodedTensor, coders, packModel, type StoredTensor, unpackModel } from '../../src/pack/index.js';
import { arbitraryModel } from './arbitrary-model.js';
import { describeTensor } from './described.js';
import { example } from './example.js';
import { decodeSecond, noSecondDecoder } from './second-decoder.js';

const withTensors = (tensors: StoredTensor[]) => ({ ...example, tensors });

/** One alone: each of its bytes behind a lowest byte, levels and a coder. */
const BYTES_OF_A_FLOAT = 16;

const even = (levels: number, count: number, axes: number[] = []): CodedTensor => ({
  encoding: 'codes',
  name: 'k',
  shape: [count / 8, 8],
  axes,
  codes: Uint8Array.from({ length: count }, (_, index) => (index * 7) % levels),
  grid: {
    levels: Float32Array.from({ length: levels }, (_, code) => code - (levels - 1) / 2),
    scale: new Float32Array(axes.length === 0 ? 1 : 8).fill(0.1),
  },
});

describe('packModel and unpackModel', () => {
  it('give back what went in, bit for bit', () =>
    fc.assert(
      fc.asyncProperty(arbitraryModel, async (model) => {
        const { bytes } = await packModel(model);
        const back = await unpackModel(bytes, 'file');
        assert.deepEqual(back, model);
        assert.deepEqual(back.tensors.map(describeTensor), model.tensors.map(describeTensor));
      }),
      { numRuns: 150 },
    ));

  it('the same model gives the same bytes, also after a round trip', () =>
    fc.assert(
      fc.asyncProperty(arbitraryModel, async (model) => {
        const { bytes } = await packModel(model);
        assert.deepEqual((await packModel(model)).bytes, bytes);
        assert.deepEqual((await packModel(await unpackModel(bytes, 'file'))).bytes, bytes);
      }),
      { numRuns: 50 },
    ));

  it('a decoder written from docs/format.md reads the same', { skip: noSecondDecoder }, () =>
    fc.assert(
      fc.asyncProperty(arbitraryModel, async (model) => {
        const decoded = decodeSecond((await packModel(model)).bytes);
        assert.deepEqual(decoded, { ...model, tensors: model.tensors.map(describeTensor) });
      }),
      { numRuns: 15 },
    ),
  );

  it('reads a Node Buffer that lies in a pool', async () => {
    const { bytes } = await packModel(example);
    const pooled = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    assert.deepEqual(await unpackModel(pooled, 'file'), example);
  });

  for (const [levels, bytes] of [
    [2, 100],
    [3, 160],
    [4, 200],
    [5, 267],
    [6, 267],
    [7, 300],
    [16, 400],
    [17, 500],
    [64, 600],
    [128, 700],
    [256, 800],
  ] as const) {
    it(`800 codes of ${levels} levels that nobody could foresee take no more than ${bytes} bytes and one`, async () => {
      const random = createRandom(levels);
      const codes = Uint8Array.from({ length: 800 }, () => random.below(levels));
      const { tensorBytes } = await packModel(withTensors([{ ...even(levels, 800), codes }]));
      const takes = tensorBytes.get('k')! - BYTES_OF_A_FLOAT;
      assert.ok(takes <= bytes + 1, `${takes} bytes`);
      if (Number.isInteger(Math.log2(levels))) assert.equal(takes, bytes + 1);
    });
  }

  it('float32s that end in zeros take less than those that do not', async () => {
    const random = createRandom(1);
    const values = Float32Array.from({ length: 1000 }, () => random.next() - 0.5);
    const short = new Float32Array(new Uint32Array(values.buffer).map((bits) => bits & 0xffff0000).buffer);
    const bytesOfThem = async (each: Float32Array) => {
      const bias = { encoding: 'raw', name: 'b', shape: [1000], dtype: 'float32', values: each } as const;
      return (await packModel(withTensors([bias]))).tensorBytes.get('b')!;
    };
    assert.ok((await bytesOfThem(values)) <= 4 * 1000 + 4 * 3);
    assert.ok((await bytesOfThem(short)) < 1.5 * 1000);
  });

  it('each tensor has its share of the bytes, and all together are the data', () =>
    fc.assert(
      fc.asyncProperty(arbitraryModel, async (model) => {
        const { bytes, tensorBytes } = await packModel(model);
        const shares = [...tensorBytes.values()].reduce((sum, each) => sum + each, 0);
        assert.equal(shares, new DataView(bytes.buffer).getUint32(20, true));
      }),
      { numRuns: 30 },
    ));

  it('a tensor costs less than 16 bytes besides its own, as in a network of 28 layers', async () => {
    const tensors = Array.from({ length: 28 }, (_, index): StoredTensor[] => {
      const name = `conv2d_${index}`;
      const values = new Float32Array(8).fill(index);
      return [
        { ...even(4, 800, [1]), codes: new Uint8Array(800).fill(1, index), name: `${name}/kernel` },
        { encoding: 'raw', name: `${name}/bias`, shape: [8], dtype: 'float32', values },
      ];
    }).flat();
    const { bytes, tensorBytes } = await packModel(withTensors(tensors));
    const empty = await packModel(withTensors([]));
    const own = [...tensorBytes.values()].reduce((sum, each) => sum + each, 0);
    const share = (bytes.length - empty.bytes.length - own) / tensors.length;
    assert.ok(share < 16, `${share} bytes a tensor`);
  });

  it('a tensor that is another one again takes its name and nothing else', async () => {
    const kernel = even(16, 8000);
    const again = { ...kernel, name: 'again', codes: kernel.codes.slice() };
    const moved = { ...kernel, name: 'moved', codes: kernel.codes.with(7999, 3) };
    const constants = ['s', 't'].map(
      (name): StoredTensor => ({
        encoding: 'raw',
        name,
        shape: [2],
        dtype: 'int32',
        values: Int32Array.of(1, 2),
      }),
    );
    const tensors = [kernel, again, moved, ...constants];
    const { bytes, tensorBytes } = await packModel(withTensors(tensors));
    const own = tensors.filter(({ name }) => tensorBytes.get(name)! > 0).map(({ name }) => name);
    assert.deepEqual(own, ['k', 'moved', 's']);
    assert.deepEqual((await unpackModel(bytes, 'file')).tensors, tensors);
  });

  it('levels that differ from even ones in one bit are kept in full', async () => {
    const levels = Float32Array.of(-1, 0, 1, 2);
    new Int32Array(levels.buffer)[2]! += 1;
    const tensor = { ...even(4, 8), grid: { levels, scale: Float32Array.of(1) } };
    const { bytes } = await packModel(withTensors([tensor]));
    const [back] = (await unpackModel(bytes, 'file')).tensors as CodedTensor[];
    assert.deepEqual(back?.grid.levels, levels);
  });

  it('a level of -0 stays -0', async () => {
    const grid = { levels: Float32Array.of(-0, 1), scale: Float32Array.of(1) };
    const { bytes } = await packModel(withTensors([{ ...even(2, 8), grid }]));
    const [back] = (await unpackModel(bytes, 'file')).tensors as CodedTensor[];
    assert.ok(Object.is(back?.grid.levels[0], -0));
  });
});

describe('packModel refuses', () => {
  const grid = even(4, 8).grid;
  const cases: [string, Partial<CodedTensor>][] = [
    ['a code beyond the levels', { codes: new Uint8Array(8).fill(4) }],
    ['too few codes', { codes: new Uint8Array(7) }],
    ['a scale too many', { grid: { ...grid, scale: new Float32Array(2) } }],
    ['an offset too few', { grid: { ...grid, offset: new Float32Array(0) } }],
    ['a scale that is NaN', { grid: { ...grid, scale: Float32Array.of(Number.NaN) } }],
    ['an infinite level', { grid: { ...grid, levels: Float32Array.of(0, 1, 2, Number.POSITIVE_INFINITY) } }],
    ['levels out of order', { grid: { ...grid, levels: Float32Array.of(0, 2, 1, 3) } }],
    ['one level', { grid: { ...grid, levels: Float32Array.of(0) }, codes: new Uint8Array(8) }],
    ['axes with a gap', { shape: [2, 2, 2], axes: [0, 2], grid: { ...grid, scale: new Float32Array(8) } }],
    ['an axis that is not there', { axes: [2] }],
  ];
  for (const [what, wrong] of cases) {
    it(what, () =>
      assert.rejects(packModel(withTensors([{ ...even(4, 8), ...wrong }])), {
        name: 'QgtError',
        code: 'bad-model',
      }),
    );
  }
  it('two tensors of one name', () =>
    assert.rejects(packModel(withTensors([even(4, 8), even(4, 8)])), { code: 'bad-model' }));
  it('a raw tensor with a value too many', () =>
    assert.rejects(
      packModel(
        withTensors([
          { encoding: 'raw', name: 'b', shape: [2], dtype: 'float32', values: new Float32Array(3) },
        ]),
      ),
      { code: 'bad-model' },
    ));
});

describe('coders', () => {
  it('have names of their own', () =>
    assert.equal(new Set(coders.map(({ decoder }) => decoder.id)).size, coders.length));
  for (const coder of coders) {
    it(`${coder.decoder.id} gives back any codes`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 2, max: 256 }),
          fc.uint8Array({ maxLength: 300 }),
          async (levels, any) => {
            const codes = any.map((code) => code % levels);
            const form = { shape: [codes.length], levels };
            const bytes = coder.encode(codes, form);
            if (coder.decoder.byteLength) assert.equal(bytes.length, coder.decoder.byteLength(form));
            assert.deepEqual(await coder.decoder.decode(bytes, form, 'file'), codes);
          },
        ),
      ));
  }
});
