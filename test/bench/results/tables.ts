import { table } from '../markdown-table.js';
import type { Subject } from './experiments.js';
import { bytesText, dropText, metricText, secondsText, spreadText } from './figures.js';
import type { RunRecord } from './record.js';
import { type SeedRun, type Summary, spreadOf } from './summary.js';
import { type Task, taskOf } from './task.js';

/** Stands in every cell of what was not run. */
export const NOT_RUN = 'not run';

/** Before the commands, for the test that runs those of the docs. */
const COMMANDS_NOT_RUN =
  '<!-- not run: hours of training, on models and data that are no part of this repository -->';

/** A subject's figures, folded: one row an experiment, and the command of each. */
export function subjectSection(
  { title }: Subject,
  summaries: readonly Summary[],
  plots: readonly string[],
): string {
  return [
    `### ${title}`,
    '<details><summary>Every row, and the plot</summary>',
    ...plots,
    rowsOf(summaries),
    '<details><summary>The commands, row by row</summary>',
    [COMMANDS_NOT_RUN, '```sh', ...summaries.map(commandText), '```'].join('\n'),
    '</details>',
    '</details>',
  ].join('\n\n');
}

/** The rows of some experiments; one that was not run says so. */
export function rowsOf(summaries: readonly Summary[]): string {
  return table(
    ['', 'Bits', 'Before', 'After', 'Drop', 'Bytes before', 'Bytes', 'Ratio', 'Time', 'Seeds', 'Measured'],
    summaries.map((summary) => [
      summary.experiment.method.title,
      String(summary.experiment.bits),
      ...(summary.runs.length === 0 ? [NOT_RUN, '', '', '', '', '', '', '', ''] : cellsOf(summary)),
    ]),
  );
}

function cellsOf({ experiment, runs }: Summary): string[] {
  const { metric } = runs[0]!.measurement;
  const before = spreadOf(runs, (run) => run.before);
  const after = spreadOf(runs, (run) => run.after);
  const bytesBefore = spreadOf(runs, (run) => run.bytesBefore).mean;
  const bytesAfter = spreadOf(runs, (run) => run.bytesAfter).mean;
  return [
    metricText(metric, before.mean),
    spreadText(metric, after, runs.length),
    dropText(metric, before.mean - after.mean, marginOf(runs)),
    bytesText(bytesBefore),
    bytesText(bytesAfter),
    (bytesBefore / bytesAfter).toFixed(1),
    secondsText(spreadOf(runs, (run) => run.durationMs).mean),
    seedsText(runs, experiment.method.seeds),
    runs[0]!.record.version,
  ];
}

/** The mean over the seeds: they were measured on the same images, so that they don't make it smaller. */
function marginOf(runs: readonly SeedRun[]): number | null {
  const isKnown = runs.every(({ measurement: { dropMargin } }) => dropMargin !== null);
  return isKnown ? spreadOf(runs, ({ dropMargin }) => dropMargin!).mean : null;
}

function seedsText(runs: readonly SeedRun[], wanted: readonly number[]): string {
  const text = runs.map(({ seed }) => seed).join(', ');
  return runs.length < wanted.length ? `${text} of ${wanted.join(', ')}` : text;
}

/** What a user types to get a row, with its first seed; the others are said beside it. */
export function commandText({ experiment }: Summary): string {
  const { method, subject, bits } = experiment;
  const [first, ...others] = method.seeds as [number, ...number[]];
  const also = others.length === 0 ? '' : `; also with seed ${others.join(' and ')}`;
  const line = shellLine(
    taskOf(experiment, first),
    `--only ${subject.name}:${method.name} --bits ${bits} --seeds ${first}`,
  );
  return `# ${method.title}, bits ${bits}${also}\n${line}`;
}

function shellLine(task: Task, selection: string): string {
  if (task.kind === 'peer') return `npm run bench:results -- ${selection}`;
  return task.commands.map((command) => ['qgt', ...command].join(' ')).join(' && ');
}

/** Which code measured what, and on what. */
export function versionTable(summaries: readonly Summary[]): string {
  const runs = summaries.flatMap((summary) => summary.runs);
  const versions = [...new Set(runs.map(({ record }) => record.version))];
  return table(
    ['Measured', 'when', 'on', 'with'],
    versions.map((version) => {
      const own = runs.filter(({ record }) => record.version === version);
      const parts = Object.assign({}, ...own.map(({ measurement }) => measurement.versions)) as Record<
        string,
        string
      >;
      return [
        version,
        datesText(own.map(({ record }) => record)),
        [...new Set(own.map(({ record }) => record.machine))].join('; '),
        Object.entries(parts)
          .map(([name, number]) => `${name} ${number}`)
          .join(', '),
      ];
    }),
  );
}

function datesText(records: readonly RunRecord[]): string {
  const days = records.map(({ measuredAt }) => measuredAt.slice(0, 10)).toSorted();
  const [first, last] = [days[0]!, days.at(-1)!];
  return first === last ? first : `${first} to ${last}`;
}
