import type { Shape } from '../../core/index.js';
import { sizeOf } from '../../core/index.js';
import type { RowArray, Rows } from '../dataset.js';
import { newRowArray } from './row-array.js';
import { type RowFile, type RowWanted, readRowFile } from './row-file.js';
import type { SpillFile } from './spill-file.js';

/** Storage of a writer's rows: the first ones in `kept`, those that don't fit there in `spill`. */
export interface StoredParts {
  readonly shape: Shape;
  readonly dtype: Rows['dtype'];
  readonly count: number;
  /** Blocks of `rowsPerBlock` rows each; the last may hold fewer. */
  readonly kept: RowArray[];
  readonly rowsPerBlock: number;
  readonly spill?: SpillFile | undefined;
}

/** Serves rows from memory and, past those, from a temporary file. */
export function storedRows({ shape, dtype, count, kept, rowsPerBlock, spill }: StoredParts): Rows {
  const rowSize = sizeOf(shape);
  const rowsKept = Math.min(count, kept.length * rowsPerBlock);
  const file = spill === undefined ? undefined : spilledRows(spill, dtype, rowSize);
  let open = true;
  return {
    count,
    shape,
    dtype,
    async read(indices) {
      const out = newRowArray(dtype, indices.length * rowSize);
      const wanted: RowWanted[] = [];
      for (const [place, row] of indices.entries()) {
        if (row >= rowsKept) {
          wanted.push({ row: row - rowsKept, place });
        } else {
          const start = (row % rowsPerBlock) * rowSize;
          out.set(kept[Math.floor(row / rowsPerBlock)]!.subarray(start, start + rowSize), place * rowSize);
        }
      }
      if (file !== undefined) await readRowFile(file, wanted, out);
      return out;
    },
    async close() {
      if (open) spill?.close();
      open = false;
      kept.length = 0;
    },
  };
}

/** The spilled rows are elements of `dtype` in this machine's own byte order. */
function spilledRows(spill: SpillFile, dtype: Rows['dtype'], rowSize: number): RowFile {
  const rowBytes = newRowArray(dtype, rowSize).byteLength;
  return {
    path: 'temporary file',
    fd: spill.fd,
    offset: 0,
    rowSize,
    rowBytes,
    decode: (bytes, out, start) =>
      new Uint8Array(out.buffer, start * out.BYTES_PER_ELEMENT, bytes.length).set(bytes),
  };
}
