import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createRowStore } from '../../src/data/index.js';
import { refusal } from './specs.js';
import { temporaryFolder } from './temporary-folder.js';

const DTYPES = {
  uint8: { Values: Uint8Array, value: fc.integer({ min: 0, max: 255 }) },
  int32: { Values: Int32Array, value: fc.integer({ min: -(2 ** 24), max: 2 ** 24 }) },
  float32: { Values: Float32Array, value: fc.float({ noNaN: true }) },
} as const;

describe('rows', () => {
  for (const [dtype, { Values, value }] of Object.entries(DTYPES)) {
    it(`gives ${dtype} rows back as a plain array would, wherever they are kept`, async () => {
      const cases = fc.record({
        shape: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
        limit: fc.constantFrom(0, 4096, 10_000, 2 ** 30),
        blocks: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
        value: fc.infiniteStream(value),
        picks: fc.array(fc.nat(), { maxLength: 60 }),
        isRun: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ shape, limit, blocks, value: values, picks, isRun }) => {
          const store = createRowStore({ memoryLimitBytes: limit });
          const size = shape.reduce((product, dimension) => product * dimension, 1);
          const writer = store.writer(shape, dtype as keyof typeof DTYPES);
          const naive: number[][] = [];
          for (const rows of blocks) {
            const block = Array.from({ length: rows }, () =>
              Array.from({ length: size }, () => values.next().value as number),
            );
            naive.push(...block);
            writer.append(Values.from(block.flat()));
          }
          const rows = writer.finish();
          const count = naive.length;
          const indices = isRun ? naive.map((_, index) => index) : picks.map((pick) => pick % count);
          try {
            assert.equal(rows.count, count);
            assert.equal(rows.dtype, dtype);
            assert.deepEqual(
              await rows.read(indices),
              Values.from(indices.flatMap((index) => naive[index]!)),
            );
          } finally {
            await store.close();
          }
        }),
        { numRuns: 60 },
      );
    });
  }

  it('shares the memory among the rows of a store and leaves nothing in the temporary folder', async (test) => {
    const directory = await temporaryFolder(test);
    const store = createRowStore({ memoryLimitBytes: 8192, directory });
    const first = store.writer([4096], 'uint8');
    for (let row = 0; row < 2; row++) first.append(new Uint8Array(4096).fill(row));
    assert.equal(store.fits(1), false);
    const second = store.writer([1000], 'float32');
    for (let row = 0; row < 20; row++) second.append(new Float32Array(1000).fill(row));
    assert.deepEqual(await readdir(directory), []);
    const rows = second.finish();
    const read = await rows.read([19, 3, 4, 5, 3]);
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((place) => read[place * 1000 + 999]),
      [19, 3, 4, 5, 3],
    );
    assert.deepEqual((await first.finish().read([1])).slice(0, 2), Uint8Array.of(1, 1));
    await rows.close();
    await store.close();
    await store.close();
  });

  it('closes what was never finished', async () => {
    const store = createRowStore({ memoryLimitBytes: 0 });
    store.writer([2], 'uint8').append(Uint8Array.of(1, 2));
    await store.close();
  });

  it('says where it could not spill', async (test) => {
    const directory = join(await temporaryFolder(test), 'absent');
    const writer = createRowStore({ memoryLimitBytes: 0, directory }).writer([2], 'uint8');
    assert.throws(() => writer.append(Uint8Array.of(1, 2)), refusal('output', directory, 'TMPDIR'));
    await mkdir(directory);
  });
});
