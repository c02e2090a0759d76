import { formatShape } from '../../../core/index.js';
import { formatBytes, formatDecibels, formatResidual, formatShare, NO_FIGURE } from '../../figures.js';
import type { LayerReport } from '../../layer-report.js';
import { byGain, firstRemedy } from '../../remedies.js';
import type { Report } from '../../report.js';
import { type Content, html, Markup } from './markup.js';
import { rowId } from './row-id.js';
import { script } from './script.js';
import { VERDICT_ORDER, verdictBadge } from './verdict.js';

/** A row: a layer and its place in the model, from 1. */
interface Row extends LayerReport {
  readonly place: number;
}

/** A column of the table. */
interface Column {
  readonly head: string;
  readonly title?: string;
  readonly align?: 'number';
  cell(row: Row): Content;
  /** Sort key of a row; default: the cell's text. */
  sort?(row: Row): number | null;
}

/** A column whose text and order come from one figure. */
const figure = (
  head: string,
  title: string,
  of: (row: Row) => number | null,
  format: (value: number) => string,
): Column => ({
  head,
  title,
  align: 'number',
  sort: of,
  cell: (row) => {
    const value = of(row);
    return value === null ? NO_FIGURE : format(value);
  },
});

/** A name that may be broken after each slash. */
const breakable = (name: string): Content =>
  name.split(/(?<=\/)/).map((part, index) => (index === 0 ? part : html`<wbr>${part}`));

const points = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(1)}`;

/** Every column; those without a single figure are left out of the table. */
const columns: readonly Column[] = [
  {
    head: 'Layer',
    cell: ({ name, kind, shape }) =>
      html`<span>${breakable(name)}</span> <small>${kind} ${formatShape(shape)}</small>`,
  },
  figure('#', 'Place in the model', ({ place }) => place, String),
  figure('Bits', 'Bits of a code', ({ bits }) => bits, String),
  figure('Bytes', 'In the packed file, scales included', ({ packedBytes }) => packedBytes, formatBytes),
  figure(
    'Scales',
    'Part of these bytes that scales, levels and offsets take',
    ({ packedBytes, codeBytes }) => (codeBytes === null ? null : packedBytes - codeBytes),
    formatBytes,
  ),
  figure('Weights, dB', 'Signal to noise of the weights', ({ sqnrDb }) => sqnrDb, formatDecibels),
  figure(
    'Outputs, dB',
    "Signal to noise of its output, from this layer's own error",
    ({ outputSqnrDb }) => outputSqnrDb,
    formatDecibels,
  ),
  figure(
    'Up to here, dB',
    'Signal to noise of its output, from the errors of all layers up to here',
    ({ chainSqnrDb }) => chainSqnrDb,
    formatDecibels,
  ),
  figure('Clipped', 'Weights beyond the grid', ({ weights }) => weights?.clippedShare ?? null, formatShare),
  figure('Zeros', 'Packed weights that are 0', ({ weights }) => weights?.zeroShare ?? null, formatShare),
  figure('Residual', 'Of the guidance, at the end of training', ({ residual }) => residual, formatResidual),
  figure(
    'Gain',
    'Points that its first remedy gains, measured',
    (row) => firstRemedy(row)?.gainPoints ?? null,
    points,
  ),
  {
    head: 'Verdict',
    cell: ({ verdict }) => verdictBadge(verdict),
    sort: ({ verdict }) => VERDICT_ORDER[verdict?.level ?? 'none'],
  },
  {
    head: 'Why, and the remedy',
    cell: (row) => [row.verdict?.reason, firstRemedy(row)?.text].filter((text) => text != null).join('; '),
  },
];

/** The quantized layers, those whose remedy gains most first, with the script that sorts and filters them. */
export function layerTable({ layers }: Report): Markup {
  const rows: Row[] = byGain(layers.map((layer, index) => ({ ...layer, place: index + 1 })));
  if (rows.length === 0) return html`<p>No tensor was quantized.</p>`;
  const used = columns.filter(({ cell }) =>
    rows.some((row) => ![NO_FIGURE, ''].includes(cell(row) as string)),
  );
  return html`<p>One row a quantized tensor, the remedy that gains most first. The head of a column sorts by it.</p>
<div class="filter" hidden>
<label>Layer <input type="search" id="filter-text" autocomplete="off" spellcheck="false" placeholder="name, kind or bits"></label>
<label>Verdict <select id="filter-verdict"><option value="">all</option><option value="bottleneck">bottleneck</option><option value="watch">watch</option><option value="none">none</option></select></label>
<output id="filter-count" aria-live="polite"></output>
</div>
<div class="scroll wide" role="region" aria-label="Layers, a table" tabindex="0">
<table>
<caption>Quantized tensors</caption>
<thead><tr>${used.map(({ head, title, align }) => html`<th scope="col"${align === 'number' ? html` class="number"` : null}${title === undefined ? null : html` title="${title}"`}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr id="${rowId(row.place - 1)}" data-verdict="${row.verdict?.level ?? 'none'}">${used.map((column, index) => tableCell(column, row, index === 0))}</tr>\n`)}</tbody>
</table>
</div>
<script>${new Markup(script)}</script>
`;
}

function tableCell({ cell, sort, align }: Column, row: Row, isHead: boolean): Markup {
  const order = sort === undefined ? null : html` data-order="${sort(row)}"`;
  if (isHead) return html`<th scope="row"${order}>${cell(row)}</th>`;
  return html`<td${align === 'number' ? html` class="number"` : null}${order}>${cell(row)}</td>`;
}
