import { read } from 'node:fs';
import { promisify } from 'node:util';
import { QgtError } from '../../core/index.js';
import type { RowArray } from '../dataset.js';

const readAt = promisify(read);

/** Rows that lie one after another in an open file. */
export interface RowFile {
  /** For messages. */
  readonly path: string;
  readonly fd: number;
  /** Place of the first row, in bytes. */
  readonly offset: number;
  readonly rowBytes: number;
  /** Elements of one row. */
  readonly rowSize: number;
  /** Writes the elements in `bytes`, whole rows of them, to `out` from `start` on. */
  decode(bytes: Uint8Array, out: RowArray, start: number): void;
}

/** One row of a file and the place of its copy, counted in rows. */
export interface RowWanted {
  readonly row: number;
  readonly place: number;
}

/**
 * Copies rows of a file into `out`; neighbours are read in one go.
 *
 * @throws QgtError `bad-data` if the file became shorter since it was opened.
 */
export async function readRowFile(file: RowFile, wanted: readonly RowWanted[], out: RowArray): Promise<void> {
  const runs: Promise<void>[] = [];
  for (let first = 0; first < wanted.length; ) {
    let end = first + 1;
    while (end < wanted.length && follows(wanted[end - 1]!, wanted[end]!)) end++;
    runs.push(readRun(file, wanted[first]!, end - first, out));
    first = end;
  }
  await Promise.all(runs);
}

function follows(before: RowWanted, after: RowWanted): boolean {
  return after.row === before.row + 1 && after.place === before.place + 1;
}

async function readRun(file: RowFile, { row, place }: RowWanted, rows: number, out: RowArray): Promise<void> {
  const bytes = new Uint8Array(rows * file.rowBytes);
  const start = file.offset + row * file.rowBytes;
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await readAt(file.fd, bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) {
      throw new QgtError('bad-data', { where: file.path, what: 'the file became shorter while it was read' });
    }
    done += bytesRead;
  }
  file.decode(bytes, out, place * file.rowSize);
}
