import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDataset } from '../../src/data/index.js';
import { gzipped, idxBytes } from './array-bytes.js';
import { classesOf, refusal, specs, valuesOf } from './specs.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const PIXELS = Uint8Array.from({ length: 18 }, (_, index) => index * 14);
const IMAGES = idxBytes(8, [3, 2, 3], PIXELS);
const LABELS = idxBytes(8, [3], Uint8Array.of(1, 0, 1));
const OPTIONS = specs([2, 3, 1], [2]);

describe('idx', () => {
  it('reads images and the labels beside them, gzipped or not', async (test) => {
    const pairs = [
      ['train-images-idx3-ubyte', IMAGES, 'train-labels-idx1-ubyte', LABELS],
      ['train-images-idx3-ubyte.gz', gzipped(IMAGES), 'train-labels-idx1-ubyte.gz', gzipped(LABELS)],
      ['t10k-images.idx3-ubyte', IMAGES, 't10k-labels.idx1-ubyte.gz', gzipped(LABELS)],
    ] as const;
    for (const [imagesName, images, labelsName, labels] of pairs) {
      const folder = await temporaryFolder(test);
      await writeFile(join(folder, imagesName), images);
      await writeFile(join(folder, labelsName), labels);
      for (const path of [folder, join(folder, imagesName)]) {
        for (const memoryLimitBytes of [0, 2 ** 20]) {
          const dataset = await openDataset(path, { ...OPTIONS, memoryLimitBytes });
          assert.equal(dataset.inputs[0]!.dtype, 'uint8');
          assert.deepEqual(dataset.inputs[0]!.shape, [2, 3, 1]);
          assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...PIXELS]);
          assert.deepEqual(await classesOf(dataset), [1, 0, 1]);
          await dataset.close();
        }
      }
    }
  });

  it('reads big-endian numbers', async (test) => {
    const floats = Buffer.alloc(8);
    floats.writeFloatBE(1.5, 0);
    floats.writeFloatBE(-2, 4);
    const shorts = Buffer.alloc(4);
    shorts.writeInt16BE(-3, 0);
    shorts.writeInt16BE(300, 2);
    for (const [type, payload, expected] of [
      [13, floats, [1.5, -2]],
      [11, shorts, [-3, 300]],
    ] as const) {
      const path = await temporaryFile(test, 'data-idx2-ubyte', idxBytes(type, [1, 2], payload));
      for (const memoryLimitBytes of [0, 2 ** 20]) {
        const dataset = await openDataset(path, specs([2], [2], { memoryLimitBytes }));
        assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...expected]);
        assert.equal(dataset.labels.kind, 'none');
        await dataset.close();
      }
    }
  });

  it('asks which of two pairs is meant', async (test) => {
    const folder = await temporaryFolder(test);
    for (const part of ['train', 't10k']) await writeFile(join(folder, `${part}-images-idx3-ubyte`), IMAGES);
    const [train, t10k] = ['train', 't10k'].map((part) => join(folder, `${part}-images-idx3-ubyte`));
    await assert.rejects(openDataset(folder, OPTIONS), refusal('bad-data', train!, t10k!, '--data'));
  });

  it('refuses labels given as images', async (test) => {
    const path = await temporaryFile(test, 'train-labels-idx1-ubyte', LABELS);
    await assert.rejects(openDataset(path, OPTIONS), refusal('bad-data', 'these are the labels'));
  });

  it('refuses files that are cut short or no idx files', async (test) => {
    const packed = gzipped(IMAGES);
    const cases = [
      ['images-idx3-ubyte', IMAGES.subarray(0, -1), 'cut short'],
      ['images-idx3-ubyte', IMAGES.subarray(0, 9), 'cut short'],
      ['images-idx3-ubyte', Uint8Array.of(0, 0), 'not an idx file'],
      ['images-idx3-ubyte', Buffer.from('some text'), 'not an idx file'],
      ['images-idx3-ubyte.gz', packed.subarray(0, -12), 'cut short'],
      ['images-idx3-ubyte.gz', gzipped(IMAGES.subarray(0, -1)), 'cut short'],
      ['images-idx3-ubyte.gz', IMAGES, 'damaged'],
    ] as const;
    for (const [name, bytes, text] of cases) {
      const path = await temporaryFile(test, name, bytes);
      await assert.rejects(openDataset(path, OPTIONS), refusal('bad-data', path, text));
    }
  });

  it('is not taken for an image folder', async (test) => {
    const folder = await temporaryFolder(test);
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'images-idx3-ubyte'), IMAGES);
    const dataset = await openDataset(folder, OPTIONS);
    assert.equal(dataset.count, 3);
    await dataset.close();
  });

  it('refuses a header that promises more than its file can hold, before memory is taken', async (test) => {
    const options = specs([null, null, null], [2]);
    const huge = idxBytes(8, [1, 2 ** 31, 2, 3], new Uint8Array(100));
    const cases: [name: string, bytes: Uint8Array, ...says: string[]][] = [
      ['a-images-idx4-ubyte', huge, 'cut short', '12884901888'],
      ['a-images-idx4-ubyte.gz', gzipped(huge), 'cut short', '12884901888'],
      ['a-images-idx4-ubyte', idxBytes(8, [2, 2, 0, 3], new Uint8Array(9)), 'its rows are empty'],
      ['a-images-idx3-ubyte', idxBytes(8, Array(255).fill(2 ** 32 - 1), new Uint8Array(9)), 'cut short'],
    ];
    for (const [name, bytes, ...says] of cases) {
      const path = await temporaryFile(test, name, bytes);
      await assert.rejects(openDataset(path, options), refusal('bad-data', ...says));
    }
    // Zeros deflate 1000 to 1, so that the file could hold as many.
    const zeros = gzipped(idxBytes(8, [1, 2 ** 14, 2 ** 14, 3], new Uint8Array(2 ** 20)));
    const bomb = await temporaryFile(
      test,
      'a-images-idx4-ubyte.gz',
      Buffer.concat([zeros, new Uint8Array(2 ** 20)]),
    );
    await assert.rejects(openDataset(bomb, options), refusal('bad-data', 'its rows are too large'));
  });
});
