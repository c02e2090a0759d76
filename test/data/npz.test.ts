import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { openDataset, type ReadOptions } from '../../src/data/index.js';
import { npyBytes, npzBytes, zip64Bytes } from './array-bytes.js';
import { SAVEZ, SAVEZ_COMPRESSED } from './numpy-files.js';
import { classesOf, refusal, specs, targetsOf, valuesOf } from './specs.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

/** 0, 20, 40, ... 220, as the files written by numpy have it. */
const TWENTIES = Array.from({ length: 12 }, (_, index) => index * 20);

describe('npz', () => {
  for (const memoryLimitBytes of [0, 2 ** 20]) {
    it(`reads what numpy.savez wrote, in ${memoryLimitBytes} bytes of memory`, async (test) => {
      const path = await temporaryFile(test, 'data.npz', SAVEZ);
      const dataset = await openDataset(path, specs([2, 2, 1], [3], { memoryLimitBytes }));
      assert.equal(dataset.count, 3);
      assert.deepEqual(dataset.inputs[0]!.shape, [2, 2, 1]);
      assert.equal(dataset.inputs[0]!.dtype, 'uint8');
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), TWENTIES);
      assert.deepEqual([...(await dataset.inputs[0]!.read([2, 0]))], [160, 180, 200, 220, 0, 20, 40, 60]);
      assert.deepEqual(await classesOf(dataset), [2, 0, 1]);
      await dataset.close();
    });

    it(`reads a part of what savez_compressed wrote, in ${memoryLimitBytes} bytes of memory`, async (test) => {
      const path = await temporaryFile(test, 'mnist.npz', SAVEZ_COMPRESSED);
      const options = specs([4], [3], { memoryLimitBytes });
      const train = await openDataset(`${path}#train`, options);
      assert.deepEqual(await valuesOf(train.inputs[0]!), TWENTIES);
      assert.deepEqual(train.inputs[0]!.shape, [4]);
      const part = await openDataset(`${path}#test`, options);
      assert.deepEqual(await valuesOf(part.inputs[0]!), [1, 21, 41, 61]);
      assert.deepEqual(await classesOf(part), [2]);
      await assert.rejects(openDataset(path, options), refusal('bad-data', `${path}#train`, `${path}#test`));
      await assert.rejects(openDataset(`${path}#valid`, options), refusal('bad-data', 'x_train', 'missing'));
      await train.close();
      await part.close();
    });
  }

  it('reads a file larger than its memory, stored or deflated', async (test) => {
    const values = Float32Array.from({ length: 3000 * 40 }, (_, index) => index / 7);
    for (const level of [0, 6] as const) {
      const path = await temporaryFile(test, 'data.npz', npzBytes({ x: [values, [3000, 40]] }, level));
      const dataset = await openDataset(path, specs([40], [3], { memoryLimitBytes: 70_000 }));
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...values]);
      assert.equal(dataset.labels.kind, 'none');
      await dataset.close();
    }
  });

  it('reads ZIP64 archives with something before them', async (test) => {
    const npy = npyBytes(Float32Array.of(1, 2, 3, 4), [2, 2]);
    const path = await temporaryFile(test, 'data.npz', zip64Bytes('x.npy', npy));
    for (const memoryLimitBytes of [0, 2 ** 20]) {
      const dataset = await openDataset(path, specs([2], [3], { memoryLimitBytes }));
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), [1, 2, 3, 4]);
      await dataset.close();
    }
  });

  it('takes the labels of x_train.npz from y_train.npz', async (test) => {
    const folder = await temporaryFolder(test);
    const x = npzBytes({ arr_0: [Float32Array.of(1, 2, 3, 4), [2, 2]] });
    await writeFile(join(folder, 'X_train.npz'), x);
    await writeFile(join(folder, 'y_train.npz'), npzBytes({ arr_0: [Float64Array.of(0.5, 1.5), [2]] }));
    const dataset = await openDataset(join(folder, 'X_train.npz'), specs([2], [1]));
    assert.deepEqual(await targetsOf(dataset), [[0.5, 1.5]]);
    assert.deepEqual(dataset.labels.kind === 'values' && dataset.labels.rows[0]!.shape, [1]);
    await dataset.close();
  });

  it('finds the arrays under the names in use', async (test) => {
    const x = [Float32Array.of(1, 2), [2, 1]] as const;
    const y = [Int32Array.of(1, 0), [2, 1]] as const;
    const pairs = [
      'X Y',
      'images labels',
      'data target',
      'arr_0 arr_1',
      'x_test y_test',
      'train_images train_labels',
      'image y',
    ];
    for (const [input, label] of pairs.map((pair) => pair.split(' '))) {
      const path = await temporaryFile(test, 'data.npz', npzBytes({ [label!]: y, [input!]: x }));
      const dataset = await openDataset(path, specs([1], [2]));
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), [1, 2], input);
      assert.deepEqual(await classesOf(dataset), [1, 0], label);
      await dataset.close();
    }
  });

  it('gives a model with several inputs and outputs its arrays', async (test) => {
    const options: ReadOptions = {
      inputs: [
        { name: 'serving_left:0', shape: [1], dtype: 'float32' },
        { name: 'right', shape: [2], dtype: 'float32' },
      ],
      outputs: [
        { name: 'a', shape: [1] },
        { name: 'b', shape: [2] },
      ],
    };
    const arrays = {
      x0: [Float32Array.of(1, 2), [2, 1]],
      right: [Float32Array.of(3, 4, 5, 6), [2, 2]],
      y0: [Float32Array.of(7, 8), [2]],
      y_1: [Float32Array.of(1, 0, 0, 1), [2, 2]],
    } as const;
    const dataset = await openDataset(await temporaryFile(test, 'data.npz', npzBytes(arrays)), options);
    assert.deepEqual(await Promise.all(dataset.inputs.map(valuesOf)), [
      [1, 2],
      [3, 4, 5, 6],
    ]);
    assert.deepEqual(await targetsOf(dataset), [
      [7, 8],
      [1, 0, 0, 1],
    ]);
    await dataset.close();
    const { y_1: _, ...without } = arrays;
    const path = await temporaryFile(test, 'data.npz', npzBytes(without));
    await assert.rejects(
      openDataset(path, options),
      refusal('bad-data', 'x0, right, y0', 'one called b, y1'),
    );
  });

  it('refuses what is no archive or a damaged one', async (test) => {
    const options = specs([2, 2, 1], [3]);
    for (const bytes of [
      SAVEZ.subarray(0, 300),
      SAVEZ.subarray(100),
      Buffer.from('no zip'),
      Buffer.alloc(0),
    ]) {
      const path = await temporaryFile(test, 'data.npz', bytes);
      await assert.rejects(openDataset(path, options), refusal('bad-data', path));
    }
    const damaged = Buffer.from(SAVEZ_COMPRESSED);
    damaged.fill(0xff, 80, 100);
    const path = await temporaryFile(test, 'data.npz', damaged);
    await assert.rejects(
      openDataset(`${path}#train`, options),
      refusal('bad-data', 'x_train.npy', 'damaged'),
    );
    const lzma = Buffer.from(SAVEZ);
    lzma.writeUInt16LE(14, lzma.lastIndexOf('PK\x01\x02') + 10);
    const encrypted = Buffer.from(SAVEZ_COMPRESSED);
    encrypted.writeUInt16LE(1, encrypted.lastIndexOf('PK\x01\x02') + 8);
    for (const [bytes, got] of [
      [lzma, 'zip method 14'],
      [encrypted, 'encryption'],
    ] as const) {
      const packed = await temporaryFile(test, 'data.npz', bytes);
      await assert.rejects(openDataset(packed, options), refusal('bad-data', packed, got, 'numpy.savez'));
    }
  });

  it('refuses offsets that lie outside the archive', async (test) => {
    const archive = Buffer.from(zip64Bytes('x.npy', npyBytes(Float32Array.of(1, 2, 3, 4), [2, 2])));
    const end64 = archive.lastIndexOf('PK\x06\x06');
    const headerField = end64 - 8;
    const directoryField = end64 + 48;
    const end64Field = archive.lastIndexOf('PK\x06\x07') + 8;
    for (const field of [headerField, directoryField, end64Field]) {
      for (const offset of [BigInt(archive.length), 2n ** 40n, 2n ** 64n - 1n]) {
        const bytes = Buffer.from(archive);
        bytes.writeBigUInt64LE(offset, field);
        const path = await temporaryFile(test, 'data.npz', bytes);
        await assert.rejects(openDataset(path, specs([2], [3])), refusal('bad-data', path, 'damaged'));
      }
    }
  });

  it('refuses archives without inputs', async (test) => {
    const path = await temporaryFile(test, 'data.npz', npzBytes({ y: [Int32Array.of(1), [1]] }));
    await assert.rejects(openDataset(path, specs([1], [2])), refusal('bad-data', 'missing', 'got y', 'x='));
  });

  it('refuses an array without a name, takes any other, and no archive of very many files', async (test) => {
    const x = npyBytes(Float32Array.of(1, 2), [1, 2]);
    const nameless = await temporaryFile(test, 'data.npz', zipSync({ '.npy': x, 'x.npy': x }));
    await assert.rejects(
      openDataset(nameless, specs([2], [3])),
      refusal('bad-data', 'an array without a name'),
    );
    const odd = await temporaryFile(test, 'data.npz', zipSync({ '../\n.npy': x }));
    const dataset = await openDataset(odd, specs([2], [3]));
    assert.equal(dataset.count, 1);
    await dataset.close();
    const many = Object.fromEntries(
      Array.from({ length: 10_001 }, (_, index) => [`${index}`, new Uint8Array(0)]),
    );
    const crowd = await temporaryFile(test, 'data.npz', zipSync(many, { level: 0 }));
    await assert.rejects(openDataset(crowd, specs([2], [3])), refusal('bad-data', 'too many files', '10001'));
  });

  it('refuses a member that is said to be larger than its bytes can become', async (test) => {
    const bytes = npzBytes({ x: [new Float32Array(1000), [1000, 1]] }, 6);
    const header = Buffer.from(inflateRawSync(bytes.subarray(30 + 'x.npy'.length), { finishFlush: 2 }));
    const promising = Buffer.from(
      header.toString('latin1').replace('(1000, 1)', '(1, 999999999)').replace('     ', ''),
      'latin1',
    );
    const path = await temporaryFile(test, 'data.npz', zipSync({ 'x.npy': promising }));
    const damaged = Buffer.from(await readFile(path));
    // The size before packing, where the directory says it.
    damaged.writeUInt32LE(2 ** 32 - 2, damaged.indexOf('PK\x01\x02') + 24);
    await writeFile(path, damaged);
    await assert.rejects(openDataset(path, specs([null], [3])), refusal('bad-data', 'cut short'));
  });
});
