import * as Plot from '@observablehq/plot';
import { formatMetric } from '../../../figures.js';
import { isShare } from '../../../metric-scale.js';
import type { Report } from '../../../report.js';
import { figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { metricHeading } from '../metric-heading.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { epochTicks, flatDomain } from './ticks.js';

/** A figure after an epoch. */
interface Point {
  readonly epoch: number;
  readonly value: number;
}

/** A line over the epochs. */
interface Course {
  readonly id: string;
  readonly heading: string;
  readonly caption: string;
  readonly unit: string | null;
  readonly points: readonly Point[];
  text(value: number): string;
}

/** Loss and accuracy over the epochs; none where there were fewer than two. */
export function courseOfTraining({ training, metric }: Report): Markup[] {
  const trace = training?.trace ?? [];
  if (trace.length < 2) return [];
  const name = metric?.name ?? 'accuracy';
  const scale = isShare(name) ? 100 : 1;
  const courses: Course[] = [
    {
      id: 'loss-over-epochs',
      heading: 'Loss over epochs',
      caption: 'On the training samples, the mean of each epoch.',
      unit: null,
      points: trace.map(({ epoch, loss }) => ({ epoch, value: loss })),
      text: (value) => value.toPrecision(3),
    },
    {
      id: 'metric-over-epochs',
      heading: `${metricHeading(name)} over epochs`,
      caption: 'On the samples held out to choose the epoch.',
      unit: scale === 100 ? '%' : null,
      points: trace.flatMap(({ epoch, metric: value }) =>
        value === null ? [] : [{ epoch, value: scale * value }],
      ),
      text: (value) => formatMetric(name, value / scale),
    },
  ];
  return courses.filter(({ points }) => points.length > 1).map(courseCard);
}

const LINE = seriesStyle(2);

function courseCard({ id, heading, caption, unit, points, text }: Course): Markup {
  const at = { x: 'epoch', y: 'value' };
  const domain = flatDomain(
    points.map(({ value }) => value),
    unit,
  );
  const told = ({ epoch, value }: Point) => `${text(value)} after epoch ${epoch}`;
  return figureCard({
    heading,
    caption,
    picture: plotOf(
      {
        id,
        title: heading,
        description: `${told(points[0]!)}, ${told(points.at(-1)!)}`,
        width: 420,
        height: 230,
      },
      {
        marginLeft: 48,
        marginRight: 20,
        marginTop: 20,
        marginBottom: 36,
        x: { label: 'epoch', ticks: epochTicks(points.at(-1)!.epoch), tickFormat: 'd', inset: 10 },
        y: { label: unit, grid: true, nice: true, ticks: 5, inset: 6, ...domain },
        marks: [
          Plot.line(points, { ...at, stroke: LINE.colour, strokeWidth: 2 }),
          Plot.dot(points, { ...at, fill: LINE.colour, r: points.length > 40 ? 2 : 3.5, title: told }),
        ],
      },
    ),
  });
}
