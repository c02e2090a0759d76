import {
  type AllocationReport,
  type FrontRow,
  formatBytes,
  formatCost,
  formatRatio,
  frontAround,
  NO_FIGURE,
} from '../../report/index.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';

const columns: readonly Column<FrontRow>[] = [
  { head: '', gap: 1, cell: ({ chosen }) => (chosen ? '>' : '') },
  { head: 'widths\nin all', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { head: 'times\nsmaller', align: 'right', cell: ({ ratio }) => formatRatio(ratio) },
  { head: 'predicted\ncost', align: 'right', cell: ({ predictedCost }) => formatCost(predictedCost) },
];

const lost: Column<FrontRow> = {
  head: 'points\nlost',
  align: 'right',
  cell: ({ drop }) => (drop === null ? NO_FIGURE : drop.toFixed(2)),
};

/** Renders the choice of `--bits auto`, marked, among its neighbours; empty where the widths were given. */
export function frontTable(allocation: AllocationReport | null, style: ScreenStyle): string {
  if (allocation === null) return '';
  const rows = frontAround(allocation);
  return renderTable(rows.some(({ drop }) => drop !== null) ? [...columns, lost] : columns, rows, style);
}
