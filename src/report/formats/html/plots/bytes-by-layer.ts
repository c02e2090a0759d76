import * as Plot from '@observablehq/plot';
import { printable } from '../../../../core/index.js';
import { byteRows } from '../../../byte-rows.js';
import { formatBytes, formatShare } from '../../../figures.js';
import { type FilePart, fileParts, partTitles } from '../../../file-parts.js';
import { shorten } from '../../../names.js';
import type { Report } from '../../../report.js';
import { type Figure, figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { plotOf } from '../svg.js';
import { LONGEST_LABEL, leftMargin } from './labels.js';

const MAX_LAYERS = 14;
const ROW = 24;
/** Room for `832 kB → 5.76 kB` behind a bar. */
const TEXT_WIDTH = 128;
const COLOURS: Readonly<Record<FilePart, string>> = {
  kernels: 'var(--series-3)',
  scales: 'var(--series-2)',
  biases: 'var(--series-4)',
  other: 'var(--series-5)',
  topology: 'var(--series-6)',
  container: 'var(--before)',
};

/** Bars of what each layer, and what is no layer's, takes of the model and of the packed file. */
export function bytesByLayer(report: Report): Markup | null {
  const { totals } = report;
  const rows = byteRows(report, MAX_LAYERS).filter(({ before, after }) => before + after > 0);
  if (rows.length === 0) return null;
  const labels = rows.map(({ label }) => label);
  const pieces = rows.flatMap(({ parts }, place) =>
    parts.map(({ part, bytes }) => ({ place, part, share: (100 * bytes) / totals.bytesAfter })),
  );
  const bars = rows.map((row, place) => ({ ...row, place, share: (100 * row.before) / totals.bytesBefore }));
  const end = (row: (typeof bars)[number]) => Math.max(row.share, (100 * row.after) / totals.bytesAfter);
  const change = ({ before, after }: (typeof bars)[number]) =>
    `${formatBytes(before)} → ${formatBytes(after)}`;
  const used = fileParts.filter((part) => pieces.some((piece) => piece.part === part));
  const figure: Figure = {
    heading: 'Where the bytes are',
    caption: `Colour: shares of the file, ${totals.bytesAfter.toLocaleString('en')} bytes; grey, behind it: of the model as it was, ${totals.bytesBefore.toLocaleString('en')}. The rows are all of both.`,
    legend: [
      ...used.map((part) => ({ title: partTitles[part], colour: COLOURS[part], sign: 'square' as const })),
      { title: 'before', colour: 'var(--before)', sign: 'square' },
    ],
    picture: plotOf(
      {
        id: 'bytes',
        title: 'Bytes of each layer before and after',
        description: bars
          .map(
            (row) =>
              `${row.label}: ${change(row)}, ${formatShare(row.after / totals.bytesAfter)} of the file`,
          )
          .join('; '),
        width: 440,
        height: rows.length * ROW + 44,
      },
      {
        marginLeft: leftMargin(labels),
        marginRight: TEXT_WIDTH,
        marginTop: 4,
        marginBottom: 36,
        x: { label: '% of all', ticks: 4, domain: [0, Math.max(...bars.map(end))], grid: true },
        y: {
          type: 'band',
          domain: labels.map((_, place) => place),
          label: null,
          tickSize: 0,
          padding: 0.15,
          tickFormat: (place: number) => shorten(printable(labels[place]!), LONGEST_LABEL),
        },
        marks: [
          Plot.barX(bars, { x: 'share', y: 'place', fill: 'var(--before)' }),
          Plot.barX(pieces, {
            x: 'share',
            y: 'place',
            fill: ({ part }: { part: FilePart }) => COLOURS[part],
            insetTop: 4,
            insetBottom: 4,
          }),
          Plot.text(bars, { x: end, y: 'place', text: change, dx: 6, textAnchor: 'start' }),
          Plot.ruleX([0]),
        ],
        color: { type: 'identity' },
      },
    ),
  };
  return figureCard(figure);
}
