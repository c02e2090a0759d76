import * as Plot from '@observablehq/plot';
import { printable } from '../../../../core/index.js';
import { formatBytes, NO_FIGURE } from '../../../figures.js';
import { figureCard } from '../../../formats/html/figure.js';
import type { Markup } from '../../../formats/html/markup.js';
import { LONGEST_LABEL, leftMargin } from '../../../formats/html/plots/labels.js';
import { plotOf } from '../../../formats/html/svg.js';
import { shortenName } from '../../../names.js';
import type { LayerDifference } from '../../difference.js';

const MAX_ROWS = 24;
const ROW = 24;
/** Room for `832 kB → 5.76 kB` behind a bar. */
const TEXT_WIDTH = 128;

/** Bars of the layers whose bytes changed most; null where none did. */
export function changedBytes(layers: readonly LayerDifference[]): Markup | null {
  const size = (bytes: number | null) => (bytes === null ? NO_FIGURE : formatBytes(bytes));
  const changed = layers
    .map(({ name, packedBytes: { before, after } }) => ({
      name,
      before: before ?? 0,
      after: after ?? 0,
      text: `${size(before)} → ${size(after)}`,
    }))
    .filter(({ before, after }) => before !== after)
    .toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  const rows = changed.slice(0, MAX_ROWS).map((row, place) => ({ ...row, place }));
  if (rows.length === 0) return null;
  const labels = rows.map(({ name }) => shortenName(name, LONGEST_LABEL));
  return figureCard({
    heading: 'Bytes of the layers',
    caption:
      rows.length < changed.length
        ? `The ${rows.length} of ${changed.length} that changed most.`
        : 'The largest change first.',
    legend: [
      { title: 'before', colour: 'var(--before)', sign: 'square' },
      { title: 'after', colour: 'var(--series-3)', sign: 'square' },
    ],
    picture: plotOf(
      {
        id: 'changed-bytes',
        title: 'Bytes of the layers before and after',
        description: rows.map(({ name, text }) => `${name}: ${text}`).join('; '),
        width: 520,
        height: rows.length * ROW + 44,
      },
      {
        marginLeft: leftMargin(labels),
        marginRight: TEXT_WIDTH,
        marginTop: 4,
        marginBottom: 36,
        x: { label: 'kilobytes', ticks: 4, grid: true },
        y: {
          type: 'band',
          domain: rows.map(({ place }) => place),
          label: null,
          tickSize: 0,
          padding: 0.15,
          tickFormat: (place: number) => printable(labels[place]!),
        },
        marks: [
          Plot.barX(rows, { x: ({ before }) => before / 1000, y: 'place', fill: 'var(--before)' }),
          Plot.barX(rows, {
            x: ({ after }) => after / 1000,
            y: 'place',
            fill: 'var(--series-3)',
            insetTop: 5,
            insetBottom: 5,
          }),
          Plot.text(rows, {
            x: ({ before, after }) => Math.max(before, after) / 1000,
            y: 'place',
            text: 'text',
            dx: 6,
            textAnchor: 'start',
          }),
          Plot.ruleX([0]),
        ],
      },
    ),
  });
}
