import { printable } from '../../core/index.js';
import {
  classText,
  fallenClasses,
  formatBytes,
  formatDuration,
  formatRatio,
  inputRangesText,
  metricTexts,
  type Report,
  summarizeFloats,
} from '../../report/index.js';
import { contentsTable } from './contents.js';
import { floatTable } from './floats.js';
import { frontTable } from './front.js';
import { adviceList, layerLegend, layerTable } from './layers.js';
import { type Fact, factList, joinParts, noteList, warningList } from './lists.js';
import { causeLines, nextCommands } from './next.js';
import type { ScreenStyle } from './style.js';
import { counted } from './text.js';

/** Renders the screen of `compress` and `analyze`: layers, advice, totals and how to load the file. */
export function reportScreen(report: Report, files: readonly string[], style: ScreenStyle): string {
  return joinParts(
    layerTable(report, style),
    layerLegend(report.layers, style),
    nextCommands(report, style),
    causeLines(report, style),
    adviceList(report.layers, style).join('\n'),
    floatTable(summarizeFloats(report.layers, report.contents), style, {
      after: 'after',
      listing: report.output === null ? '--format csv' : 'report.json',
    }),
    contentsTable(report, style),
    frontTable(report.allocation, style),
    factList(totals(report, files, style), style),
    warningList(report.warnings, style),
    noteList(report.notes, style),
    report.output === null ? '' : loadingCode(files[0] ?? report.output, style),
  );
}

function totals(report: Report, files: readonly string[], { colours }: ScreenStyle): Fact[] {
  const { bytesBefore, bytesAfter, ratio, durationMs } = report.totals;
  const sizes = `${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}`;
  const facts: Fact[] = [
    { name: 'size', value: `${sizes}, ${formatRatio(ratio)} times smaller`, paint: colours.bold },
    ...metricFacts(report),
    ...rangeFacts(report),
    {
      name: 'time',
      value: `${formatDuration(durationMs)} on the ${report.engine.name} engine (${report.engine.backend})`,
    },
  ];
  if (report.checks.length > 0) facts.push({ name: 'limits', value: checksText(report) });
  return files.length === 0 ? facts : [...facts, { name: 'written', value: files.join(', ') }];
}

function rangeFacts({ data: { inputRanges } }: Report): Fact[] {
  return inputRanges === null ? [] : [{ name: 'input range', value: inputRangesText(inputRanges) }];
}

/** Lists each limit by name; the figures of those that were not kept go to stderr. */
function checksText({ checks }: Report): string {
  return checks.map(({ rule, passed }) => `${rule} ${passed ? 'kept' : 'not kept'}`).join(', ');
}

/** Classes that are named beside the metric, those that lost most. */
const MAX_CLASSES = 3;

function metricFacts({ metric }: Report): Fact[] {
  if (metric === null) return [{ name: 'accuracy', value: 'not measured' }];
  const measured = `on ${counted(metric.samples, 'sample')} of ${metric.on}`;
  const fallen = fallenClasses(metric).slice(0, MAX_CLASSES);
  return [
    ...metricTexts(metric).map(({ name, value }) => ({ name, value: `${value}, ${measured}` })),
    ...(fallen.length === 0
      ? []
      : [{ name: 'classes', value: `lost most: ${fallen.map(classText).join(', ')}` }]),
  ];
}

function loadingCode(output: string, { width, colours }: ScreenStyle): string {
  const path = `'${printable(output).replace(/[\\']/g, '\\$&')}'`;
  const inOneLine = `const model = await loadQgt(${path}, { tf });`;
  // Code is not wrapped like text, so that it can be copied.
  const call =
    inOneLine.length <= width ? inOneLine : `const model = await loadQgt(\n  ${path},\n  { tf },\n);`;
  return [colours.dim("import { loadQgt } from 'qgt/runtime';"), colours.bold(call)].join('\n');
}
