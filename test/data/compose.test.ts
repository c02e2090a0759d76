import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { createRandom, sizeOf } from '../../src/core/index.js';
import { composedRows, drawCompositions, type Rows } from '../../src/data/index.js';

/** Rows whose values tell where they are from: 1000 times the row, and the place in it. */
function tellingRows(count: number, shape: readonly number[]): Rows {
  const size = sizeOf(shape);
  return {
    count,
    shape,
    dtype: 'float32',
    read: async (indices) =>
      Float32Array.from(
        { length: indices.length * size },
        (_, at) => 1000 * indices[Math.floor(at / size)]! + (at % size),
      ),
    close: async () => {},
  };
}

it('composed inputs are one row up to a line across a side, another beyond it; the first ones are rows as they are', async () => {
  const shapes = fc.constantFrom([9], [4, 6], [5, 7, 3], [2, 3, 4, 2], []);
  await fc.assert(
    fc.asyncProperty(shapes, fc.integer({ min: 0, max: 1e6 }), async (shape, seed) => {
      const compositions = drawCompositions(5, 12, createRandom(seed));
      const size = sizeOf(shape);
      const rows = await composedRows(tellingRows(5, shape), compositions).read([...compositions.keys()]);
      for (const [index, { first, second, share, side }] of compositions.entries()) {
        const row = rows.subarray(index * size, (index + 1) * size);
        if (index < 5) assert.deepEqual([first, second, share], [index, index, 1]);
        const axis = shape.length > 2 ? side : 0;
        const inner = sizeOf(shape.slice(axis + 1));
        const length = shape[axis] ?? 1;
        for (const [place, value] of row.entries()) {
          const along = Math.floor(place / inner) % length;
          const from = along < Math.round(share * length) ? first : second;
          assert.equal(value, 1000 * from + place);
        }
      }
    }),
  );
});

it('the same seed composes the same', () => {
  assert.deepEqual(drawCompositions(8, 64, createRandom(3)), drawCompositions(8, 64, createRandom(3)));
  assert.notDeepEqual(drawCompositions(8, 64, createRandom(3)), drawCompositions(8, 64, createRandom(4)));
});
