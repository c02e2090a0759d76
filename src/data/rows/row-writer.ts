import type { Shape } from '../../core/index.js';
import { sizeOf } from '../../core/index.js';
import type { RowArray, Rows } from '../dataset.js';
import { newRowArray } from './row-array.js';
import { openSpillFile, type SpillFile } from './spill-file.js';
import { storedRows } from './stored-rows.js';

/** Values that rows can be made of; whole numbers in range where the rows' dtype requires them. */
export type RowValues = Uint8Array | Int32Array | Float32Array | Float64Array;

/** Takes rows one after another, in memory while there is room and in a temporary file after that. */
export interface RowWriter {
  /** One row or several whole ones. */
  append(values: RowValues): void;
  /** The rows appended so far; nothing can be appended afterwards. */
  finish(): Rows;
  /** Gives up the rows without making anything of them. */
  discard(): void;
}

/** Memory that several writers share. */
export interface MemoryBudget {
  bytesLeft: number;
  /** Bytes that a writer allocates at a time, unless one row is larger. */
  readonly blockBytes: number;
  /** Folder for spilled rows; default: the system's temporary folder. */
  readonly directory?: string | undefined;
}

/** Makes a writer of rows of one shape. */
export function createRowWriter(shape: Shape, dtype: Rows['dtype'], budget: MemoryBudget): RowWriter {
  const rowSize = sizeOf(shape);
  let block = newRowArray(dtype, 0);
  const elementBytes = block.BYTES_PER_ELEMENT;
  const rowsPerBlock = Math.max(1, Math.floor(budget.blockBytes / (rowSize * elementBytes)));
  const kept: RowArray[] = [];
  let spill: SpillFile | undefined;
  let count = 0;
  let filled = 0;

  /** Puts the full block away and makes room for the next one. */
  const turnOver = (): void => {
    if (spill !== undefined) {
      spill.append(new Uint8Array(block.buffer, 0, filled * elementBytes));
    } else {
      if (filled > 0) kept.push(block);
      block = newRowArray(dtype, rowsPerBlock * rowSize);
      if (budget.bytesLeft >= block.byteLength) budget.bytesLeft -= block.byteLength;
      else spill = openSpillFile(budget.directory);
    }
    filled = 0;
  };

  return {
    append(values) {
      for (let from = 0; from < values.length; ) {
        if (filled === block.length) turnOver();
        const end = Math.min(values.length, from + block.length - filled);
        block.set(values.subarray(from, end), filled);
        filled += end - from;
        from = end;
      }
      count += values.length / rowSize;
    },
    finish() {
      if (filled > 0 && spill !== undefined) turnOver();
      else if (filled > 0) kept.push(block.subarray(0, filled));
      return storedRows({ shape, dtype, count, kept, rowsPerBlock, spill });
    },
    discard() {
      kept.length = 0;
      spill?.close();
    },
  };
}
