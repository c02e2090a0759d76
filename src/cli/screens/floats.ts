import { type FloatGroup, type FloatSummary, formatBytes } from '../../report/index.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';

/**
 * Renders why tensors stayed in float, and their bytes; empty where none did.
 *
 * @param after    Heading of the bytes in the file.
 * @param listing  The file or the option that lists them by name.
 */
export function floatTable(
  { groups }: FloatSummary,
  style: ScreenStyle,
  { after, listing }: { readonly after: string; readonly listing: string },
): string {
  if (groups.length === 0) return '';
  const columns: readonly Column<FloatGroup>[] = [
    { head: 'in float', least: 16, cell: described },
    {
      head: 'tensors',
      align: 'right',
      cell: ({ names }) => (names.length === 0 ? '' : names.length.toLocaleString('en')),
    },
    { head: 'before', align: 'right', rank: 1, cell: ({ floatBytes }) => formatBytes(floatBytes) },
    { head: after, align: 'right', cell: ({ packedBytes }) => formatBytes(packedBytes) },
  ];
  const isListed = groups.every(({ names }) => names.length <= 1);
  const hint = isListed ? [] : [style.colours.dim(`${listing} lists them by name`)];
  return [renderTable(columns, groups, style), ...hint].join('\n');
}

/** Describes a group: `bias`, or with a single tensor `bias: dense/bias`. */
function described({ reason, names }: FloatGroup): string {
  return names.length === 1 ? `${reason}: ${names[0]}` : reason;
}
