import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { type Info, parse } from 'csv-parse';
import { describeError, QgtError } from '../../core/index.js';
import { limitLines } from './line-limit.js';

/** A line of a table. */
export interface TableLine {
  /** Counted from 1, the header being the first. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Bytes of the longest line: 350,000 numbers with all their digits. */
const MAX_LINE_BYTES = 2 ** 23;

/**
 * Reads a CSV file line by line, the header included; lines without any text are left out.
 *
 * @throws QgtError `bad-data` for a line with more or fewer cells than the header, an open quote, or a line without end.
 */
export async function* readTable(path: string): AsyncGenerator<TableLine> {
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: MAX_LINE_BYTES,
  });
  try {
    const records = pipeline(createReadStream(path), limitLines(MAX_LINE_BYTES), parser, () => {});
    for await (const { info, record } of records as AsyncIterable<{ info: Info; record: string[] }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (cause) {
    throw new QgtError('bad-data', {
      where: path,
      what: describeError(cause),
      remedy: 'mend that line',
      cause,
    });
  }
}

/**
 * The number in a cell.
 *
 * @throws QgtError `bad-data`, naming line and column, if it is none.
 */
export function cellNumber(
  path: string,
  { line, cells }: TableLine,
  column: number,
  header: readonly string[],
): number {
  const text = cells[column]!;
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(Math.fround(value))) return value;
  throw new QgtError('bad-data', {
    where: `${path}: line ${line}, column ${header[column]}`,
    what: 'not a finite number',
    got: text === '' ? 'an empty cell' : text,
    remedy:
      text === ''
        ? 'fill it in or leave the line out'
        : 'mend it or leave the line out; if the column is the label, name it with --label-column',
  });
}
