import { closeSync, openSync } from 'node:fs';
import type { Shape } from '../../core/index.js';
import { QgtError, sizeOf, throwIfAborted } from '../../core/index.js';
import type { RowArray, Rows } from '../dataset.js';
import { newRowArray, type RowStore, type RowValues, readRowFile } from '../rows/index.js';
import { type ArraySource, rowBlocks } from './array-source.js';
import { decodeElements } from './element.js';

/** Visitor of the rows as they are read, and an abort signal. */
export interface RowsOptions {
  /** Sees every row once, in order: whole rows and the index of the first. Throws to refuse them. */
  readonly visit?: (values: RowValues, firstRow: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const BYTES = { uint8: 1, int32: 4, float32: 4 } as const;

/**
 * Reads an array once and keeps its rows in the store; where they don't fit in memory and lie in the file as they
 * are, they stay there and are read again when asked for.
 *
 * @param shape  Of one row; as many elements as a row of the array.
 * @throws QgtError `bad-data`, naming the row, for NaN, infinity and integers beyond 32 bits.
 */
export async function arrayRows(
  source: ArraySource,
  shape: Shape,
  store: RowStore,
  { visit, signal }: RowsOptions = {},
): Promise<Rows> {
  const { bytes, element } = source;
  const rowSize = sizeOf(shape);
  const stays = bytes.offset !== undefined && !store.fits(sizeOf(source.shape) * BYTES[element.dtype]);
  const writer = stays ? undefined : store.writer(shape, element.dtype);
  let row = 0;
  for await (const block of rowBlocks(source)) {
    throwIfAborted(signal);
    const values = decoded(source, block);
    checkNumbers(source, values, row, rowSize);
    visit?.(values, row);
    writer?.append(values);
    row += values.length / rowSize;
  }
  return writer === undefined ? store.keep(rowsInPlace(source, shape)) : writer.finish();
}

function decoded({ element }: ArraySource, block: Uint8Array): RowValues {
  if (element.dtype === 'uint8') return block;
  const values = new Float64Array(block.length / element.bytes);
  decodeElements(element, block, values, 0);
  return values;
}

function checkNumbers(
  { bytes, element }: ArraySource,
  values: RowValues,
  firstRow: number,
  rowSize: number,
): void {
  if (element.dtype === 'uint8') return;
  const limit = element.dtype === 'int32' ? 2 ** 31 - 1 : 3.4028235677973366e38;
  const bad = values.findIndex((value) => !(value >= -limit - 1 && value <= limit));
  if (bad < 0) return;
  throw new QgtError('bad-data', {
    where: `${bytes.where}, row ${firstRow + Math.floor(bad / rowSize)}`,
    what: 'a number that can not be used',
    got: values[bad]!,
    expected: element.dtype === 'int32' ? '32-bit integers' : 'finite float32 values',
    remedy: 'clean the data; rows are counted from 0',
  });
}

function rowsInPlace(source: ArraySource, shape: Shape): Rows {
  const { bytes, element, start } = source;
  const rowSize = sizeOf(shape);
  const fd = openSync(bytes.path, 'r');
  let open = true;
  const file = {
    path: bytes.path,
    fd,
    offset: bytes.offset! + start,
    rowSize,
    rowBytes: rowSize * element.bytes,
    decode: (raw: Uint8Array, out: RowArray, at: number) => decodeElements(element, raw, out, at),
  };
  return {
    count: source.shape[0]!,
    shape,
    dtype: element.dtype,
    async read(indices) {
      const out = newRowArray(element.dtype, indices.length * rowSize);
      const wanted = indices.map((row, place) => ({ row, place }));
      await readRowFile(file, wanted, out);
      return out;
    },
    async close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}
