import { formatShape, printable } from '../../core/index.js';
import {
  adviceOf,
  byGain,
  FLOAT_BITS,
  firstRemedy,
  formatBytes,
  formatCost,
  formatDecibels,
  formatResidual,
  type LayerReport,
  NO_FIGURE,
  type Report,
  shortenName,
  summarizeFloats,
} from '../../report/index.js';
import { sparkline } from './sparkline.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { wrap } from './text.js';

/** A tensor, or all float tensors together. */
type Row = Pick<LayerReport, 'name' | 'kind' | 'bits' | 'floatBytes' | 'packedBytes'> & Partial<LayerReport>;

const SPARKLINE = 10;
const MAX_ADVICE = 5;
const MARKS: Readonly<Record<string, string>> = { bottleneck: '!', watch: '·' };

/** Renders the quantized layers, those whose remedy gains most first, then all float tensors in one row. */
export function layerTable(
  { layers, contents }: Pick<Report, 'layers' | 'contents'>,
  style: ScreenStyle,
): string {
  const rows: Row[] = byGain(layers);
  const { count, floatBytes, packedBytes } = summarizeFloats(layers, contents);
  if (count > 0)
    rows.push({ name: `${count} in float`, kind: '', bits: FLOAT_BITS, floatBytes, packedBytes });
  return renderTable(columnsOf(layers, style), rows, style);
}

/** Lists what holds the compression back and what to try, one paragraph per layer, the largest gain first. */
export function adviceList(layers: readonly LayerReport[], { width, colours }: ScreenStyle): string[] {
  const marked = byGain(layers).filter(markOf);
  const advice = marked.slice(0, MAX_ADVICE).map((layer) => {
    const text = wrap(
      printable(`${markOf(layer)} ${layer.name}  ${adviceOf(layer.verdict!)}`),
      width,
      '    ',
    );
    return markOf(layer) === '!' ? colours.yellow(text) : text;
  });
  const rest = marked.length - advice.length;
  return rest > 0 ? [...advice, colours.dim(`${rest} more are marked in the table`)] : advice;
}

const markOf = ({ verdict }: Partial<LayerReport>): string => MARKS[verdict?.level ?? 'none'] ?? '';

function columnsOf(layers: readonly LayerReport[], { width, colours }: ScreenStyle): Column<Row>[] {
  const has = (of: (layer: LayerReport) => unknown) => layers.some((layer) => (of(layer) ?? null) !== null);
  const when = (wanted: boolean, column: Column<Row>) => (wanted ? [column] : []);
  const grids = new Set(layers.flatMap(({ quantizer }) => quantizer ?? []));
  return [
    ...when(layers.some(markOf), { head: '', gap: 1, cell: markOf, paint: (text) => colours.yellow(text) }),
    {
      head: 'layer',
      least: width < 48 ? 14 : width < 72 ? 16 : 22,
      cell: ({ name }) => name,
      shorten: shortenName,
      paint: (text, row) =>
        markOf(row) === '!' ? colours.yellow(text) : row.bits === FLOAT_BITS ? colours.dim(text) : text,
    },
    { head: 'kind', rank: 9, cell: ({ kind }) => kind },
    { head: 'shape', rank: 8, cell: ({ shape }) => (shape === undefined ? '' : formatShape(shape)) },
    { head: 'bits', align: 'right', cell: ({ bits }) => String(bits) },
    ...when(grids.size > 1, { head: 'grid', rank: 6, cell: ({ quantizer }) => quantizer ?? '' }),
    { head: 'before', align: 'right', rank: 7, cell: ({ floatBytes }) => formatBytes(floatBytes) },
    { head: 'after', align: 'right', cell: ({ packedBytes }) => formatBytes(packedBytes) },
    ...when(
      has(({ weights }) => weights),
      {
        head: 'weights',
        rank: 4,
        cell: ({ weights }) => (weights ? sparkline(weights.histogram.counts, SPARKLINE) : ''),
      },
    ),
    {
      head: 'weight\ndB',
      align: 'right',
      rank: 5,
      cell: ({ sqnrDb }) => (sqnrDb === undefined ? '' : formatDecibels(sqnrDb)),
    },
    {
      head: 'output\ndB',
      align: 'right',
      rank: 2,
      cell: ({ outputSqnrDb }) => (outputSqnrDb === undefined ? '' : formatDecibels(outputSqnrDb)),
    },
    ...when(
      has(({ residual }) => residual),
      {
        head: 'QGT\nresidual',
        align: 'right',
        rank: 3,
        cell: ({ residual }) => (residual === undefined ? '' : formatResidual(residual)),
      },
    ),
    ...costColumns(layers),
    ...when(
      has((layer) => firstRemedy(layer)?.gainPoints),
      { head: 'remedy\ngains', align: 'right', cell: gainText },
    ),
  ];
}

/** The cost of each layer alone, at each width that was measured. */
function costColumns(layers: readonly LayerReport[]): Column<Row>[] {
  const widths = new Set(layers.flatMap(({ sensitivity }) => (sensitivity ?? []).map(({ bits }) => bits)));
  return [...widths].map((width) => ({
    head: `cost at\n${width} bits`,
    align: 'right',
    rank: 4,
    cell: ({ sensitivity }) => {
      const found = sensitivity?.find(({ bits }) => bits === width);
      return found === undefined ? '' : formatCost(found.alone.divergence);
    },
  }));
}

/** Says what the figures of the table are, each where there is one. */
export function layerLegend(layers: readonly LayerReport[], { width, colours }: ScreenStyle): string {
  const has = (of: (layer: LayerReport) => unknown) => layers.some((layer) => (of(layer) ?? null) !== null);
  const parts = [
    ...(has(({ sqnrDb }) => sqnrDb)
      ? ['dB: signal to rounding noise, 10 are noise of a third of the signal, 20 of a tenth']
      : []),
    ...(hasNoFigure(layers)
      ? [`${NO_FIGURE}: no noise, no signal, or not measured, as inside a loop or where the time was up`]
      : []),
    ...(has(({ residual }) => residual)
      ? ['QGT residual: how far from its codes a layer was when training ended, 0 is on them']
      : []),
    ...(has(({ sensitivity }) => sensitivity)
      ? ['cost: how far the answers move with this layer alone rounded, 0 is not at all']
      : []),
  ];
  return parts.length === 0 ? '' : colours.dim(wrap(parts.join('; '), width));
}

/** Whether a quantized layer has no figure in one of the columns of noise. */
function hasNoFigure(layers: readonly LayerReport[]): boolean {
  return layers.some(
    ({ bits, sqnrDb, outputSqnrDb }) => bits < FLOAT_BITS && (sqnrDb === null || outputSqnrDb === null),
  );
}

function gainText({ verdict = null }: Row): string {
  const gain = firstRemedy({ verdict })?.gainPoints ?? null;
  return gain === null ? '' : `${gain > 0 ? '+' : ''}${gain.toFixed(1)}`;
}
