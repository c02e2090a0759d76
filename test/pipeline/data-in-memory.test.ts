import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import type { ProgressEvent } from '../../src/core/index.js';
import type { Dataset } from '../../src/data/index.js';
import { type DataInMemory, openDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { type DataArrays, evaluate } from '../../src/index.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';

/** The arrays of an .npz, read without our readers. */
async function arraysIn(path: string): Promise<{ readonly xs: Uint8Array; readonly ys: Uint8Array }> {
  const members = unzipSync(await readFile(path));
  const read = (name: string) => parse(Uint8Array.from(members[name]!).buffer).data as Uint8Array;
  return { xs: read('x.npy'), ys: read('y.npy') };
}

async function* inBatches({ xs, ys }: { readonly xs: Uint8Array; readonly ys: Uint8Array }, size: number) {
  const row = xs.length / ys.length;
  for (let at = 0; at < ys.length; at += size)
    yield { xs: xs.slice(at * row, (at + size) * row), ys: ys.slice(at, at + size) };
}

const model = { model: digits.model, engine: 'embedded' } as const;

describe('data in memory', () => {
  before(async () => void (await startEngine('embedded')));

  it('gives the figures of the same data in a file: as arrays, batches, and a function that makes them', async () => {
    const arrays = await arraysIn(digits.test);
    const file = await evaluate({ ...model, data: digits.test });
    const sources: DataInMemory[] = [arrays, inBatches(arrays, 100), () => inBatches(arrays, 100)];
    for (const data of sources) {
      const { models, samples, data: name } = await evaluate({ ...model, data });
      assert.deepEqual([models, samples], [file.models, file.samples]);
      assert.match(name, /^(arrays in memory|batches of a generator)$/);
    }
  });

  it('makes the same file as a path does, and a report that names it', () =>
    withFolder(async (folder) => {
      const path = await saveFewDigits(200, folder);
      const arrays = await arraysIn(path);
      const job = { ...model, bits: 2, epochs: 1 } as const;
      const fromPath = await compress({ ...job, data: path, output: join(folder, 'path') });
      const fromBatches = await compress({
        ...{ ...job, output: join(folder, 'memory') },
        ...{ data: inBatches(arrays, 64), eval: arrays },
      });
      const read = (files: readonly string[]) => readFile(files[0]!);
      assert.deepEqual(await read(fromBatches.files), await read(fromPath.files));
      const { data, options, metric } = fromBatches.report;
      assert.deepEqual([data.source, options.data], ['batches of a generator', 'batches of a generator']);
      assert.deepEqual([options.eval, metric!.on], ['arrays in memory', 'arrays in memory']);
    }));

  it('a list of plain numbers is refused before anything is done', () =>
    withFolder((folder) => {
      const data = { xs: [1, 2, 3] } as unknown as DataInMemory;
      return assert.rejects(compress({ ...model, bits: 2, data, output: join(folder, 'out') }), {
        code: 'bad-data',
        message: /xs.*expected/,
      });
    }));

  it('without labels a single model is refused before it is run', async () => {
    const { xs } = await arraysIn(digits.test);
    const told: string[] = [];
    const onProgress = (event: ProgressEvent) => void ('text' in event && told.push(event.text));
    await assert.rejects(evaluate({ ...model, data: { xs } }, { onProgress }), {
      code: 'usage',
      message: /there are no labels to measure a single model by; name a second model with --against/,
    });
    assert.deepEqual(
      told.filter((text) => /range|measuring/.test(text)),
      [],
    );
  });

  it('without labels the packed model is held against the float one, whichever is named first', () =>
    withFolder(async (folder) => {
      const { xs } = await arraysIn(digits.test);
      const job = { ...model, bits: 2, epochs: 0, synthesisSamples: 16, synthesisSteps: 2 } as const;
      const [packed] = (await compress({ ...job, output: join(folder, 'out') })).files;
      const range = { inputRange: '0..1', data: { xs } } as const;
      const one = await evaluate({ ...model, ...range, model: packed!, against: model.model });
      const other = await evaluate({ ...model, ...range, model: model.model, against: packed! });
      assert.deepEqual(one.agreement, other.agreement);
      assert.deepEqual(one.models, other.models.toReversed());
      assert.deepEqual(
        one.models.map(({ metrics }) => metrics),
        [[], []],
      );
    }));

  const inputs = [
    { name: 'image', shape: [2, 2], dtype: 'float32' },
    { name: 'size', shape: [1], dtype: 'float32' },
  ] as const;
  const outputs = [{ name: 'y', shape: [3] }];
  const all = async (dataset: Dataset) => ({
    inputs: await Promise.all(dataset.inputs.map((rows) => rows.read([0, 1]))),
    shapes: dataset.inputs.map(({ shape }) => shape),
  });
  const open = (data: unknown, specs: readonly (typeof inputs)[number][] = inputs) =>
    openDataset(data as DataInMemory, { inputs: specs, outputs });
  const image = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const size = Int16Array.of(9, -9);

  it('of several inputs is told by their names, in any order; shapes may be given', async () => {
    const expected = { inputs: [image, Int32Array.of(9, -9)], shapes: [[2, 2], [1]] };
    const given: DataArrays[] = [
      { xs: { size, image }, ys: Uint8Array.of(2, 0) },
      { xs: { image: { values: image, shape: [2, 2, 2, 1] }, size }, ys: Float64Array.of(0, 0, 1, 1, 0, 0) },
    ];
    for (const data of given) {
      const dataset = await open(data);
      assert.deepEqual(await all(dataset), expected);
      assert.equal(dataset.labels.kind, 'classes');
      await dataset.close();
    }
  });

  async function* batches(...all: unknown[]) {
    yield* all;
  }
  const xs = { image, size };
  const refused: [what: string, data: unknown, message: RegExp][] = [
    ['one array for two inputs', { xs: image }, /arrays in memory xs: one array for several.*image, size/],
    ['a missing input', { xs: { image } }, /xs: no array of size, got image, expected image, size/],
    ['an unknown input', { xs: { ...xs, age: size } }, /xs: the model has no age/],
    ['a list of numbers', { xs: { image: [1, 2], size } }, /xs.image: no typed array of numbers, got Array/],
    ['a list in place of all', { xs: [1, 2] }, /xs: .*got 0, 1, expected image, size/],
    ['nothing', { xs: undefined }, /xs: no array of image, got undefined/],
    ['too few values', { xs: { image: image.slice(1), size } }, /xs.image: .* got 7, expected 1x2x2/],
    ['a wrong shape', { xs: { image: { values: image, shape: [2, 3, 3] }, size } }, /got 8, expected 2x3x3/],
    ['counts that differ', { xs: { image, size: size.slice(1) } }, /different numbers of rows/],
    ['labels that do not fit', { xs, ys: Uint8Array.of(1, 2, 3) }, /ys: .*got 3, expected 2x3/],
    ['a class that there is not', { xs, ys: Uint8Array.of(1, 3) }, /ys, row 1: the label is not one of/],
    [
      'no batches',
      batches(),
      /batches of a generator: there are no samples in it; a generator is gone through once/,
    ],
    [
      'labels in one batch only',
      batches({ xs, ys: Uint8Array.of(1, 2) }, { xs }),
      /some batches have labels/,
    ],
    [
      'batches of two kinds',
      batches({ xs }, { xs: { image: Float64Array.from(image), size } }),
      /batch 1 of batches of a generator, xs.image: not as in the first batch, got float64 2x2, expected float32 2x2/,
    ],
    [
      'a generator that fails',
      (async function* () {
        yield { xs };
        throw new Error('disk gone');
      })(),
      /the generator failed: disk gone, expected batches/,
    ],
  ];
  for (const [what, data, message] of refused)
    it(`${what}: refused by its place`, () =>
      assert.rejects(open(data), { name: 'QgtError', code: 'bad-data', message }));

  it('an array without a shape for sizes that the model leaves open is refused, with one it is taken', async () => {
    const spec = [{ name: 'image', shape: [null, 2], dtype: 'float32' }] as never;
    await assert.rejects(open({ xs: image }, spec), /leaves sizes of image open.*give \{ values, shape \}/);
    const dataset = await open({ xs: { values: image, shape: [2, 2, 2] } }, spec);
    assert.deepEqual((await all(dataset)).shapes, [[2, 2]]);
    await dataset.close();
  });
});
