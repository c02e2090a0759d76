import { formatShape } from '../../core/index.js';
import {
  adviceOf,
  formatBytes,
  formatDecibels,
  formatDuration,
  formatMetric,
  formatRatio,
  formatResidual,
  type LayerReport,
  type Report,
  shortenName,
  summarizeFloats,
} from '../../report/index.js';
import { frontTable } from './front.js';
import { type Fact, factList, floatLine, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { counted, printable, wrap } from './text.js';

/** A tensor, or all that stayed in float as one. */
type Row = Pick<LayerReport, 'name' | 'kind' | 'bits' | 'floatBytes' | 'packedBytes'> & Partial<LayerReport>;

/** What `compress` and `analyze` print: the layers, what holds them back, the totals and how to load the file. */
export function reportScreen(report: Report, files: readonly string[], style: ScreenStyle): string {
  return joinParts(
    renderTable(columnsOf(report.layers, style), rowsOf(report.layers), style),
    [...bottlenecks(report.layers, style), floatLine(summarizeFloats(report.layers), style)]
      .join('\n')
      .trimEnd(),
    frontTable(report.allocation, style),
    factList(totals(report, files, style), style),
    noteList(report.notes, style),
    report.output === null ? '' : loadingCode(report.output, style),
  );
}

function rowsOf(layers: readonly LayerReport[]): Row[] {
  const rows: Row[] = layers.filter(({ bits }) => bits < 32);
  const { count, floatBytes, packedBytes } = summarizeFloats(layers);
  if (count === 0) return rows;
  return [...rows, { name: `${count} in float`, kind: '', bits: 32, floatBytes, packedBytes }];
}

const held = ({ verdict }: Partial<LayerReport>) => verdict?.level === 'bottleneck';

function columnsOf(layers: readonly LayerReport[], { width, colours }: ScreenStyle): Column<Row>[] {
  const mark: Column<Row> = {
    head: '',
    gap: 1,
    cell: (row) => (held(row) ? '!' : ''),
    paint: (text) => colours.yellow(text),
  };
  const grid: Column<Row> = { head: 'grid', rank: 6, cell: ({ quantizer }) => quantizer ?? '' };
  const trained: Column<Row> = {
    head: 'QGT\nresidual',
    align: 'right',
    rank: 2,
    cell: ({ residual }) => (residual === undefined ? '' : formatResidual(residual)),
  };
  return [
    ...(layers.some(held) ? [mark] : []),
    {
      head: 'layer',
      least: width < 72 ? 16 : 22,
      cell: ({ name }) => name,
      shorten: shortenName,
      paint: (text, row) => (held(row) ? colours.yellow(text) : row.bits === 32 ? colours.dim(text) : text),
    },
    { head: 'kind', rank: 5, cell: ({ kind }) => kind },
    { head: 'shape', rank: 4, cell: ({ shape }) => (shape === undefined ? '' : formatShape(shape)) },
    { head: 'bits', align: 'right', cell: ({ bits }) => String(bits) },
    ...(new Set(layers.flatMap(({ quantizer }) => quantizer ?? [])).size > 1 ? [grid] : []),
    { head: 'before', align: 'right', rank: 3, cell: ({ floatBytes }) => formatBytes(floatBytes) },
    { head: 'after', align: 'right', cell: ({ packedBytes }) => formatBytes(packedBytes) },
    {
      head: 'weight\ndB',
      align: 'right',
      cell: ({ sqnrDb }) => (sqnrDb === undefined ? '' : formatDecibels(sqnrDb)),
    },
    {
      head: 'output\ndB',
      align: 'right',
      cell: ({ outputSqnrDb }) => (outputSqnrDb === undefined ? '' : formatDecibels(outputSqnrDb)),
    },
    ...(layers.some(({ residual }) => residual !== null) ? [trained] : []),
  ];
}

function bottlenecks(layers: readonly LayerReport[], { width, colours }: ScreenStyle): string[] {
  return layers.flatMap(({ name, verdict }) =>
    verdict?.level === 'bottleneck'
      ? [colours.yellow(wrap(printable(`! ${name}  ${adviceOf(verdict)}`), width, '    '))]
      : [],
  );
}

function totals(report: Report, files: readonly string[], { colours }: ScreenStyle): Fact[] {
  const { bytesBefore, bytesAfter, ratio, durationMs } = report.totals;
  const sizes = `${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}`;
  const facts: Fact[] = [
    { name: 'size', value: `${sizes}, ${formatRatio(ratio)} times smaller`, paint: colours.bold },
    metricFact(report),
    {
      name: 'time',
      value: `${formatDuration(durationMs)} on the ${report.engine.name} engine (${report.engine.backend})`,
    },
  ];
  if (report.checks.length > 0) facts.push({ name: 'limits', value: checksText(report) });
  return files.length === 0 ? facts : [...facts, { name: 'written', value: files.join(', ') }];
}

/** Each limit by name; the figures of those that were not kept stand on stderr. */
function checksText({ checks }: Report): string {
  return checks.map(({ rule, passed }) => `${rule} ${passed ? 'kept' : 'not kept'}`).join(', ');
}

function metricFact({ metric }: Report): Fact {
  if (metric === null) return { name: 'accuracy', value: 'not measured' };
  const { name, before, after, drop, samples, on } = metric;
  const measured = `on ${counted(samples, 'sample')} of ${on}`;
  const value = (share: number) => formatMetric(name, share);
  if (name === 'agreement') return { name, value: `${value(after)} with the float model ${measured}` };
  const unit = name === 'accuracy' ? ' points' : '';
  const amount = Math.abs(drop).toFixed(name === 'accuracy' ? 1 : 3);
  const change = `${amount}${unit} ${drop < 0 ? 'gained' : 'lost'}`;
  return { name, value: `${value(before)} → ${value(after)}, ${change}, ${measured}` };
}

function loadingCode(output: string, { width, colours }: ScreenStyle): string {
  const path = `'${printable(output).replace(/[\\']/g, '\\$&')}'`;
  const inOneLine = `const model = await loadQgt(${path}, { tf });`;
  // Code is not wrapped like a text: it is there to be copied.
  const call =
    inOneLine.length <= width ? inOneLine : `const model = await loadQgt(\n  ${path},\n  { tf },\n);`;
  return [colours.dim("import { loadQgt } from 'qgt/runtime';"), colours.bold(call)].join('\n');
}
