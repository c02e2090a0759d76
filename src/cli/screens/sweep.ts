import { printable } from '../../core/index.js';
import {
  formatBytes,
  formatMetric,
  judgedBy,
  metricTitle,
  type Recommendation,
  type SweepReport,
  type TrialReport,
  trialColumns,
} from '../../report/index.js';
import { joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { wrap } from './text.js';
import { textPlot } from './text-plot.js';

const PLOT_ROWS = 12;
const MAX_PLOT_COLUMNS = 72;
const SIGNS = { recommended: '@', front: '*', other: 'o' } as const;

/** Renders the screen of a sweep: every trial, a plot for each model, and the file to take. */
export function sweepScreen(report: SweepReport, style: ScreenStyle): string {
  const { trials, recommendations, notes } = report;
  return joinParts(
    renderTable(columns, trials, style),
    ...recommendations.map(({ group, model }) =>
      plotOf(
        model,
        trials.filter((trial) => trial.group === group),
        style,
      ),
    ),
    failures(trials, style),
    noteList(notes, style),
    recommendations.map((each) => recommendationText(each, report, style)).join('\n'),
  );
}

const columns: readonly Column<TrialReport>[] = [
  {
    head: 'trial',
    least: 16,
    cell: ({ name }) => name,
    paint: (text) => text,
  },
  ...trialColumns.map(({ head, align, cell }, index) => ({
    head,
    align,
    cell,
    // The size and the figures stay on a narrow terminal.
    rank: [0, 0, 2, 1, 0, 3, 4][index] ?? 0,
  })),
];

function plotOf(model: string, trials: readonly TrialReport[], { width, colours }: ScreenStyle): string {
  const points = trials.flatMap((trial) => {
    const figures = judgedBy(trial);
    if (trial.state !== 'done' || trial.bytes === null || figures === null) return [];
    const sign = trial.isRecommended ? SIGNS.recommended : trial.isOnFront ? SIGNS.front : SIGNS.other;
    return [{ x: trial.bytes, y: figures.after, sign, name: figures.name }];
  });
  // Two points are told as well by the table.
  if (points.length < 3) return '';
  const order = Object.values(SIGNS);
  const marks = points.toSorted((a, b) => order.indexOf(b.sign) - order.indexOf(a.sign));
  const { name } = points[0]!;
  const head = `${printable(model)}: ${metricTitle(name)} over bytes (${SIGNS.recommended} recommended, ${SIGNS.front} no file is smaller and better)`;
  const plot = textPlot(marks, {
    width: Math.min(width, MAX_PLOT_COLUMNS),
    rows: PLOT_ROWS,
    formatX: formatBytes,
    formatY: (value) => formatMetric(name, value),
  });
  return `${colours.bold(wrap(head, width))}\n${plot}`;
}

function failures(trials: readonly TrialReport[], { width, colours }: ScreenStyle): string {
  return trials
    .flatMap(({ name, error }) =>
      error === null ? [] : [colours.red(wrap(printable(`failed: ${name}: ${error}`), width, '      '))],
    )
    .join('\n');
}

function recommendationText(
  { model, name, trial, reason }: Recommendation,
  { trials, recommendations }: SweepReport,
  { width, colours }: ScreenStyle,
): string {
  const who = recommendations.length > 1 ? [model] : [];
  const title = printable([...who, name ?? 'nothing'].join(', '));
  const text = wrap(printable(`recommended: ${title}: ${reason}`), width, '      ');
  const output = trials.find(({ id }) => id === trial)?.output;
  const where = output == null ? '' : `\n      ${printable(output)}/model.qgt`;
  return `${colours.bold(text)}${where}`;
}
