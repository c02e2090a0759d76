import { table } from '../markdown-table.js';
import type { Bits, Subject } from './experiments.js';
import { metricText } from './figures.js';
import { type Summary, spreadOf } from './summary.js';
import { NOT_RUN } from './tables.js';

/** Columns of the overview: a method at a width each. */
const COLUMNS: readonly { readonly head: string; readonly method: string; readonly bits: Bits }[] = [
  { head: '8 bits, without data', method: 'data-free', bits: 8 },
  { head: '4 bits', method: 'ours', bits: 4 },
  { head: '2 bits', method: 'ours', bits: 2 },
  { head: '2 bits, 40 epochs', method: 'long', bits: 2 },
  { head: '2 bits, without data', method: 'data-free', bits: 2 },
];

/** One table for a reader's first look: a row for each subject. */
export function overviewTable(subjects: readonly Subject[], summaries: readonly Summary[]): string {
  return table(
    ['', 'float32', ...COLUMNS.map(({ head }) => head)],
    subjects.map((subject) => {
      const own = summaries.filter(({ experiment }) => experiment.subject === subject);
      const cells = COLUMNS.map(({ method, bits }) =>
        own.find(({ experiment }) => experiment.method.name === method && experiment.bits === bits),
      );
      return [subject.title, floatText(cells), ...cells.map(packedText)];
    }),
  );
}

/** `84.87 %, 335.6 kB`, from the first of some experiments that was run. */
function floatText(cells: readonly (Summary | undefined)[]): string {
  const run = cells.find((summary) => summary !== undefined && summary.runs.length > 0)?.runs[0];
  if (run === undefined) return NOT_RUN;
  const { metric, before, bytesBefore } = run.measurement;
  return `${metricText(metric, before)}, ${kilobytes(bytesBefore)}`;
}

/** `84.02 %, 19.5 kB (17.2)`; empty where there is no such experiment. */
function packedText(summary: Summary | undefined): string {
  if (summary === undefined) return '';
  const { runs } = summary;
  if (runs.length === 0) return NOT_RUN;
  const after = spreadOf(runs, (run) => run.after).mean;
  const bytes = spreadOf(runs, (run) => run.bytesAfter).mean;
  const before = spreadOf(runs, (run) => run.bytesBefore).mean;
  return `${metricText(runs[0]!.measurement.metric, after)}, ${kilobytes(bytes)} (${(before / bytes).toFixed(1)})`;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
