import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Dataset, openDataset, type ReadOptions } from '../../src/data/index.js';
import { npyBytes } from './array-bytes.js';
import {
  BIG_ENDIAN,
  BOOLS,
  FORTRAN,
  HALVES,
  LONGS,
  LONGS_TOO_LARGE,
  STRUCTURED,
  VERSION_2,
} from './numpy-files.js';
import { classesOf, refusal, specs, targetsOf, valuesOf } from './specs.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const PAIR = specs([2], [3]);

async function openPair(
  test: TestContext,
  x: Uint8Array,
  y: Uint8Array,
  options: ReadOptions,
): Promise<Dataset> {
  const folder = await temporaryFolder(test);
  await writeFile(join(folder, 'x.npy'), x);
  await writeFile(join(folder, 'y.npy'), y);
  return openDataset(join(folder, 'x.npy'), options);
}

describe('npy', () => {
  for (const memoryLimitBytes of [0, 2 ** 20]) {
    const where = memoryLimitBytes === 0 ? 'from the file' : 'from memory';
    const options = specs([2], [3], { memoryLimitBytes });

    it(`reads the elements that numpy writes, ${where}`, async (test) => {
      const cases = [
        ['halves', HALVES, [1.5, -2, 65504, 2 ** -24], 'float32'],
        ['longs', LONGS, [1, -5, 2 ** 31 - 1, -(2 ** 31)], 'int32'],
        ['bools', BOOLS, [1, 0, 0, 1], 'uint8'],
        ['version 2', VERSION_2, [1, 2], 'int32'],
        ['bytes', npyBytes(Uint8Array.of(0, 255), [1, 2]), [0, 255], 'uint8'],
        ['signed bytes', npyBytes(Int8Array.of(-128, 127), [1, 2]), [-128, 127], 'int32'],
        ['ints', npyBytes(Int32Array.of(-7, 9), [1, 2]), [-7, 9], 'int32'],
        ['doubles', npyBytes(Float64Array.of(0.1, -1e30), [1, 2]), [0.1, -1e30].map(Math.fround), 'float32'],
      ] as const;
      for (const [name, bytes, expected, dtype] of cases) {
        const dataset = await openDataset(await temporaryFile(test, 'x.npy', bytes), options);
        assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...expected], name);
        assert.equal(dataset.inputs[0]!.dtype, dtype, name);
        await dataset.close();
        await dataset.close();
      }
    });

    it(`names the row of a number that is none, ${where}`, async (test) => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const path = await temporaryFile(
          test,
          'x.npy',
          npyBytes(Float32Array.of(0, 1, 2, 3, 4, bad), [3, 2]),
        );
        await assert.rejects(openDataset(path, options), refusal('bad-data', `${path}, row 2`, `got ${bad}`));
      }
      const huge = await temporaryFile(test, 'x.npy', npyBytes(Float64Array.of(0, 1e39), [1, 2]));
      await assert.rejects(openDataset(huge, options), refusal('bad-data', 'row 0', '1e+39'));
      const longs = await temporaryFile(test, 'x.npy', LONGS_TOO_LARGE);
      await assert.rejects(openDataset(longs, options), refusal('bad-data', 'row 1', '2147483648', '32-bit'));
    });
  }

  it('refuses orders and elements that it does not read', async (test) => {
    const cases = [
      [FORTRAN, 'ascontiguousarray'],
      [BIG_ENDIAN, 'little-endian'],
      [STRUCTURED, 'numpy.save'],
      [Buffer.from('no array at all'), 'not an .npy file'],
      [Buffer.alloc(0), 'not an .npy file'],
      [LONGS.subarray(0, LONGS.length - 1), 'cut short'],
      [LONGS.subarray(0, 40), 'header'],
      [npyBytes(Float32Array.of(), [0, 2]), 'no samples'],
    ] as const;
    for (const [bytes, text] of cases) {
      const path = await temporaryFile(test, 'x.npy', bytes);
      await assert.rejects(openDataset(path, PAIR), refusal('bad-data', path, text));
    }
  });

  it('brings rows into the shape of the input where only ones or flatness differ', async (test) => {
    const shapes: [readonly number[], readonly (number | null)[], readonly number[]][] = [
      [
        [2, 3, 4],
        [3, 4, 1],
        [3, 4, 1],
      ],
      [
        [2, 3, 4, 1],
        [3, 4],
        [3, 4],
      ],
      [
        [2, 12],
        [3, 4, 1],
        [3, 4, 1],
      ],
      [[2, 3, 4], [12], [12]],
      [
        [2, 3, 4],
        [null, null, 1],
        [3, 4, 1],
      ],
      [
        [2, 3, 4, 1],
        [null, 4, 1],
        [3, 4, 1],
      ],
    ];
    for (const [saved, wanted, expected] of shapes) {
      const path = await temporaryFile(test, 'x.npy', npyBytes(new Float32Array(24), saved));
      const dataset = await openDataset(path, specs(wanted, [1]));
      assert.deepEqual(dataset.inputs[0]!.shape, expected);
      await dataset.close();
    }
    for (const [saved, wanted] of [
      [
        [2, 1, 3, 4],
        [3, 4, 1],
      ],
      [
        [2, 12],
        [null, 4, 1],
      ],
      [
        [2, 4, 3],
        [3, 4, 1],
      ],
    ] as const) {
      const path = await temporaryFile(test, 'x.npy', npyBytes(new Float32Array(24), saved));
      await assert.rejects(openDataset(path, specs(wanted, [1])), refusal('bad-data', 'channels last', path));
    }
  });

  it('tells classes from values', async (test) => {
    const x = npyBytes(Float32Array.of(0, 1, 2, 3), [2, 2]);
    const classes = [
      npyBytes(Int32Array.of(2, 0), [2]),
      npyBytes(Float32Array.of(2, 0), [2, 1]),
      npyBytes(Float32Array.of(0, 0, 1, 1, 0, 0), [2, 3]),
      npyBytes(Uint8Array.of(0, 0, 1, 1, 0, 0), [2, 3]),
    ];
    for (const y of classes) {
      const dataset = await openPair(test, x, y, PAIR);
      assert.deepEqual(await classesOf(dataset), [2, 0]);
      await dataset.close();
    }
    const named = await openPair(test, x, classes[0]!, { ...PAIR, classes: ['a', 'b', 'c'] });
    assert.deepEqual(named.labels.kind === 'classes' && named.labels.names, ['a', 'b', 'c']);
    await named.close();
    const values = Float32Array.of(0, 0, 1, 0.9, 0.1, 0);
    const soft = await openPair(test, x, npyBytes(values, [2, 3]), PAIR);
    assert.deepEqual(await targetsOf(soft), [[...values]]);
    await soft.close();
    const binary = await openPair(test, x, npyBytes(Int32Array.of(1, 0), [2, 1]), specs([2], [1]));
    assert.deepEqual(await targetsOf(binary), [[1, 0]]);
    await binary.close();
    const map = await openPair(test, x, npyBytes(new Float32Array(8), [2, 2, 2]), specs([2], [2, 2]));
    assert.deepEqual(map.labels.kind === 'values' && map.labels.rows[0]!.shape, [2, 2]);
    await map.close();
  });

  it('refuses labels that do not fit', async (test) => {
    const x = npyBytes(Float32Array.of(0, 1, 2, 3), [2, 2]);
    const cases = [
      [npyBytes(Int32Array.of(0, 3), [2]), PAIR, ['row 1', 'got 3', 'from 0 to 2']],
      [npyBytes(Int32Array.of(-1, 0), [2]), PAIR, ['row 0', 'got -1']],
      [npyBytes(Float32Array.of(0, 1.5), [2]), PAIR, ['row 1', 'got 1.5']],
      [npyBytes(Float32Array.of(0, Number.NaN), [2]), specs([2], [1]), ['row 1', 'NaN']],
      [npyBytes(Int32Array.of(0, 1, 2), [3]), PAIR, ['different numbers of rows', 'x.npy 2x2', 'y.npy 3']],
      [
        npyBytes(new Float32Array(8), [2, 4]),
        PAIR,
        ["don't fit the model's output scores", 'got 4', 'expected 3'],
      ],
      [npyBytes(Int32Array.of(0, 1), [2]), { ...PAIR, classes: ['a', 'b'] }, ['got 2 (a, b)', 'expected 3']],
      [npyBytes(Int32Array.of(0, 1), [2]), { ...PAIR, classes: ['a', 'b', 'a'] }, ['a stands twice']],
    ] as const;
    for (const [y, options, texts] of cases) {
      await assert.rejects(openPair(test, x, y, options), refusal('bad-data', ...texts));
    }
  });

  it('refuses one array for several inputs', async (test) => {
    const path = await temporaryFile(test, 'x.npy', LONGS);
    const options = { ...PAIR, inputs: [...PAIR.inputs, ...PAIR.inputs] };
    await assert.rejects(openDataset(path, options), refusal('bad-data', 'several', '.npz'));
  });

  it('stops when told to', async (test) => {
    const path = await temporaryFile(test, 'x.npy', LONGS);
    await assert.rejects(openDataset(path, { ...PAIR, signal: AbortSignal.abort() }), refusal('aborted'));
  });
});
