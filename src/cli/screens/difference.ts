import {
  type Difference,
  differenceColumns,
  differenceFacts,
  type LayerDifference,
  layerTitle,
  shortenName,
} from '../../report/index.js';
import { factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';

/** Renders the screen of `diff`: the layers that changed, and the totals. */
export function differenceScreen(difference: Difference, style: ScreenStyle): string {
  const { layers, notes } = difference;
  const facts = differenceFacts(difference).map(([name, value]) => ({ name, value }));
  return joinParts(
    layers.length === 0 ? '' : renderTable(columnsFor(style.width), layers, style),
    factList(facts, style),
    noteList(notes, style),
  );
}

const columnsFor = (width: number): readonly Column<LayerDifference>[] => [
  { head: 'layer', least: width < 48 ? 12 : 16, cell: layerTitle, shorten: shortenName },
  ...differenceColumns,
];
