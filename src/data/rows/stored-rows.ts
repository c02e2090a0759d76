import type { Shape } from '../../core/index.js';
import { sizeOf } from '../../core/index.js';
import type { Rows } from '../dataset.js';
import { type RowFile, type RowWanted, readRowFile } from './row-file.js';
import type { SpillFile } from './spill-file.js';

/** Rows side by side in memory. */
export type RowBlock = Uint8Array | Int32Array | Float32Array;

/** Where a writer left its rows: the first ones in `kept`, those that found no room there in `spill`. */
export interface StoredParts {
  readonly shape: Shape;
  readonly dtype: Rows['dtype'];
  readonly count: number;
  /** Blocks of `rowsPerBlock` rows each; the last may hold fewer. */
  readonly kept: RowBlock[];
  readonly rowsPerBlock: number;
  readonly spill?: SpillFile;
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
      const out = new Float32Array(indices.length * rowSize);
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

/** The spilled rows are in this machine's own byte order. */
function spilledRows(spill: SpillFile, dtype: Rows['dtype'], rowSize: number): RowFile {
  const Block = dtype === 'uint8' ? Uint8Array : dtype === 'int32' ? Int32Array : Float32Array;
  return {
    path: 'temporary file',
    fd: spill.fd,
    offset: 0,
    rowSize,
    rowBytes: rowSize * Block.BYTES_PER_ELEMENT,
    decode: (bytes, out, start) =>
      out.set(
        new Block(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length / Block.BYTES_PER_ELEMENT),
        start,
      ),
  };
}
