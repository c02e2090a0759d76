import { formatDrop } from '../drop.js';
import { formatBytes, formatDuration, formatMetric, formatRatio, NO_FIGURE } from '../figures.js';
import type { SweepFigures, TrialReport } from './sweep-report.js';

/** One column of the table of trials. */
export interface TrialColumn {
  /** At most two lines. */
  readonly head: string;
  readonly align: 'left' | 'right';
  cell(trial: TrialReport): string;
}

/** Columns of the table of trials after its name, as every form of it has them. */
export const trialColumns: readonly TrialColumn[] = [
  { head: 'state', align: 'left', cell: stateText },
  { head: 'size', align: 'right', cell: ({ bytes }) => (bytes === null ? NO_FIGURE : formatBytes(bytes)) },
  {
    head: 'times\nsmaller',
    align: 'right',
    cell: ({ ratio }) => (ratio === null ? NO_FIGURE : formatRatio(ratio)),
  },
  { head: 'to choose\nby', align: 'right', cell: ({ choice }) => figuresText(choice) },
  { head: 'on\nothers', align: 'right', cell: ({ metric }) => figuresText(metric) },
  {
    head: '',
    align: 'left',
    cell: ({ metric }) => (metric === null ? '' : formatDrop(metric.name, metric.drop)),
  },
  {
    head: 'time',
    align: 'right',
    cell: ({ durationMs }) => (durationMs === null ? NO_FIGURE : formatDuration(durationMs)),
  },
];

const figuresText = (figures: SweepFigures | null): string =>
  figures === null ? NO_FIGURE : formatMetric(figures.name, figures.after);

function stateText({ state, isOnFront, isRecommended, rung }: TrialReport): string {
  if (isRecommended) return 'recommended';
  if (state === 'done') return isOnFront ? 'front' : 'done';
  return state === 'stopped' ? `stopped on rung ${rung + 1}` : state;
}
