import { formatBytes, partTitles, type Report } from '../../report/index.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';

/** A part of the file, or all of it. */
interface Row {
  readonly title: string;
  readonly before: number;
  readonly after: number;
}

const columns: readonly Column<Row>[] = [
  { head: 'in the file', least: 16, cell: ({ title }) => title },
  { head: 'before', align: 'right', cell: ({ before }) => formatBytes(before) },
  { head: 'after', align: 'right', cell: ({ after }) => formatBytes(after) },
];

/** Renders what the bytes of the file are, with their sum; empty where the report doesn't say. */
export function contentsTable({ contents, totals }: Report, style: ScreenStyle): string {
  if (contents.length === 0) return '';
  const rows = contents.map(({ part, bytesBefore, bytesAfter }) => ({
    title: partTitles[part],
    before: bytesBefore,
    after: bytesAfter,
  }));
  const whole = { title: 'all of it', before: totals.bytesBefore, after: totals.bytesAfter };
  return renderTable(columns, [...rows, whole], style);
}
