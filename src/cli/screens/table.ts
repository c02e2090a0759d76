import CliTable from 'cli-table3';
import { printable } from '../../core/index.js';
import { shorten } from '../../report/index.js';
import type { ScreenStyle } from './style.js';

/** One column of a table of `Row`s. */
export interface Column<Row> {
  /** At most two lines. */
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Order of removal on a narrow terminal, the highest rank first; columns without a rank stay. */
  readonly rank?: number;
  /** Least width of a shortened text, in columns; left out: it is never shortened. */
  readonly least?: number;
  /** Columns left empty to the right of it; 2 unless given. */
  readonly gap?: number;
  cell(row: Row): string;
  /** Shortens a text to `width` columns; left out: in its middle. */
  shorten?(text: string, width: number): string;
  paint?(text: string, row: Row): string;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** Renders a table that fits the width: columns are shortened, then dropped, until the lines fit. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { width, colours }: ScreenStyle,
): string {
  const fitted = fitColumns(
    columns.map((column) => measure(column, rows)),
    width,
  );
  const table = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: fitted.map(({ size, gap }) => size + gap),
    colAligns: fitted.map(({ column }) => column.align ?? 'left'),
  });
  // The gap is padding, so that right-aligned text ends before it.
  const cells = (texts: readonly string[]) =>
    texts.map((content, index) => ({ content, style: { 'padding-right': fitted[index]!.gap } }));
  for (const line of headLines(fitted)) table.push(cells(line.map((text) => text && colours.bold(text))));
  for (const row of rows) {
    const texts = fitted.map(({ column, size }) => {
      const text = printable(column.cell(row));
      const fitting = [...text].length <= size ? text : (column.shorten ?? shorten)(text, size);
      return fitting === '' ? '' : (column.paint?.(fitting, row) ?? fitting);
    });
    table.push(cells(texts));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

interface Measured<Row> {
  readonly column: Column<Row>;
  /** Its width in columns. */
  readonly size: number;
  readonly least: number;
  readonly gap: number;
}

/** Arranges the heads line by line; heads of one line stand in the lowest. */
function headLines<Row>(fitted: readonly Measured<Row>[]): string[][] {
  const heads = fitted.map(({ column }) => column.head.split('\n'));
  const depth = Math.max(...heads.map(({ length }) => length));
  return Array.from({ length: depth }, (_, line) =>
    heads.map((lines) => lines[line - depth + lines.length] ?? ''),
  );
}

function measure<Row>(column: Column<Row>, rows: readonly Row[]): Measured<Row> {
  const head = Math.max(...column.head.split('\n').map(({ length }) => length));
  const size = rows.reduce((most, row) => Math.max(most, [...printable(column.cell(row))].length), head);
  return { column, size, least: Math.min(size, Math.max(head, column.least ?? size)), gap: column.gap ?? 2 };
}

function fitColumns<Row>(columns: readonly Measured<Row>[], width: number): Measured<Row>[] {
  let kept = [...columns];
  const takes = (sizeOf: (column: Measured<Row>) => number) =>
    kept.reduce((sum, column) => sum + sizeOf(column) + column.gap, 0) - (kept.at(-1)?.gap ?? 0);
  while (takes(({ least }) => least) > width) {
    const ranks = kept.map(({ column }) => column.rank ?? 0);
    const highest = Math.max(...ranks);
    if (highest === 0) break;
    kept = kept.filter((_, index) => ranks[index] !== highest);
  }
  let surplus = takes(({ size }) => size) - width;
  return kept.map((column, index) => {
    const cut = Math.max(0, Math.min(surplus, column.size - column.least));
    surplus -= cut;
    return { ...column, size: column.size - cut, gap: index === kept.length - 1 ? 0 : column.gap };
  });
}
