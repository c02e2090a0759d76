import { createRandom, type Shape, sizeOf } from '../../core/index.js';
import type { Augmentation } from '../augmentation/index.js';
import type { RowArray } from '../dataset.js';
import { applyInputRange, type InputRange } from '../input-range.js';

/** Steps that turn a dataset's rows into the model's inputs: augmentations, then the input range. */
export interface Preparation {
  /** Shape of one row. */
  readonly shape: Shape;
  /** Applied to every row, in this order, before the range. */
  readonly augmentations: readonly Augmentation[];
  /** Seed of the augmentations' random numbers. */
  readonly seed: number;
  readonly range: InputRange;
}

/**
 * Varies rows and brings them to the input range; in place where they are float32 already.
 *
 * @param into  Is written and returned where it has the length of `rows`, which are not float32.
 */
export function prepare(
  rows: RowArray,
  { shape, augmentations, seed, range }: Preparation,
  into?: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const values = widened(rows, into);
  const random = createRandom(seed);
  const rowSize = sizeOf(shape);
  if (augmentations.length > 0)
    for (let start = 0; start < values.length; start += rowSize) {
      const row = values.subarray(start, start + rowSize);
      for (const { apply } of augmentations) apply(row, shape, random);
    }
  applyInputRange(values, range);
  return values;
}

function widened(rows: RowArray, into?: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  if (rows instanceof Float32Array) return rows;
  const values = into?.length === rows.length ? into : new Float32Array(rows.length);
  values.set(rows);
  return values;
}
