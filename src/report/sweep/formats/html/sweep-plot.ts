import * as Plot from '@observablehq/plot';
import { printable } from '../../../../core/index.js';
import { formatBytes, formatMetric } from '../../../figures.js';
import { type Figure, figureCard } from '../../../formats/html/figure.js';
import type { Markup } from '../../../formats/html/markup.js';
import { plotOverBytes } from '../../../formats/html/plots/over-bytes.js';
import { seriesStyle } from '../../../formats/html/series-style.js';
import { isShare } from '../../../metric-scale.js';
import { judgedBy, type SweepFigures, type TrialReport } from '../../sweep-report.js';

const [OTHER, FRONT, RECOMMENDED] = [seriesStyle(5), seriesStyle(2), seriesStyle(0)] as const;

/** A file in the plot. */
interface Point {
  readonly trial: TrialReport;
  readonly bytes: number;
  readonly figures: SweepFigures;
  readonly value: number;
}

/** The metric of one model's files over their bytes, the front joined by a line; null where nothing is measured. */
export function sweepPlot(model: string, trials: readonly TrialReport[], index: number): Markup | null {
  const points = trials.flatMap((trial): Point[] => {
    const figures = judgedBy(trial);
    if (trial.state !== 'done' || trial.bytes === null || figures === null) return [];
    return [{ trial, bytes: trial.bytes, figures, value: scaled(figures.name, figures.after) }];
  });
  if (points.length === 0) return null;
  const { name, before, samples } = points[0]!.figures;
  const quantity = name === 'r2' ? 'R²' : name;
  const figure: Figure = {
    heading: `${model}: ${quantity} over bytes`,
    caption: `On ${samples.toLocaleString('en')} samples held out to choose by.`,
    legend: [
      { title: 'recommended', colour: RECOMMENDED.colour, sign: RECOMMENDED.symbol },
      { title: 'no file is smaller and better', colour: FRONT.colour, sign: FRONT.symbol },
      { title: 'others', colour: OTHER.colour, sign: OTHER.symbol },
      { title: `float: ${formatMetric(name, before)}`, colour: 'currentColor', sign: 'dashes' },
    ],
    picture: plotOverBytes(
      {
        id: `sweep-${index}`,
        title: `${quantity} over the bytes of the files of ${model}`,
        description: points.map(titleOf).join('; '),
      },
      {
        files: points,
        float: scaled(name, before),
        unit: isShare(name) ? '%' : null,
        marks: marksOf(points),
      },
    ),
  };
  return figureCard(figure);
}

const scaled = (name: string, value: number): number => (isShare(name) ? 100 * value : value);

const titleOf = ({ trial, bytes, figures: { name, after } }: Point): string =>
  `${trial.name}: ${formatMetric(name, after)} at ${formatBytes(bytes)}`;

function marksOf(points: readonly Point[]): Plot.Markish[] {
  const at = { x: (point: Point) => point.bytes / 1000, y: 'value' };
  const front = points.filter(({ trial }) => trial.isOnFront).sort((a, b) => a.bytes - b.bytes);
  const chosen = points.filter(({ trial }) => trial.isRecommended);
  const others = points.filter(({ trial }) => !trial.isOnFront && !trial.isRecommended);
  const dot = (which: readonly Point[], { colour, symbol }: typeof FRONT, r: number) =>
    Plot.dot(which, { ...at, symbol, fill: colour, r, title: titleOf });
  return [
    Plot.line(front, { ...at, stroke: FRONT.colour }),
    dot(others, OTHER, 4),
    dot(
      front.filter(({ trial }) => !trial.isRecommended),
      FRONT,
      4.5,
    ),
    dot(chosen, RECOMMENDED, 6),
    Plot.text(chosen, {
      ...at,
      text: (point: Point) => printable(point.trial.name),
      // Names are cut, and begin or end at their point, so that they stay inside the plot.
      lineWidth: 13,
      textOverflow: 'ellipsis',
      textAnchor: anchorOf(chosen, points),
      stroke: 'var(--card)',
      strokeWidth: 3,
      fill: RECOMMENDED.colour,
      dy: -13,
    }),
  ];
}

/** The end of a name at its point: the one that leaves it the more room. */
function anchorOf([chosen]: readonly Point[], points: readonly Point[]): 'start' | 'end' {
  const sizes = points.map(({ bytes }) => bytes);
  const middle = (Math.min(...sizes) + Math.max(...sizes)) / 2;
  return chosen === undefined || chosen.bytes < middle ? 'start' : 'end';
}
