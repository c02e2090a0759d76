import * as Plot from '@observablehq/plot';
import { formatBytes, formatMetric } from '../../../figures.js';
import { gainOfPoint, isShare } from '../../../metric-scale.js';
import { labelsOf } from '../../../names.js';
import { byGain, firstRemedy } from '../../../remedies.js';
import type { Report } from '../../../report.js';
import { type Figure, figureCard } from '../figure.js';
import type { Markup } from '../markup.js';
import { metricHeading } from '../metric-heading.js';
import { seriesStyle } from '../series-style.js';
import { freeLabels } from './labels.js';
import { OVER_BYTES, plotOverBytes } from './over-bytes.js';

/** A file that was measured, or is predicted from a measurement. */
interface Point {
  readonly label: string;
  readonly bytes: number;
  readonly value: number;
}

/** All points of the plot. */
interface Points {
  /** One width for all layers. */
  readonly uniform: readonly Point[];
  readonly own: Point;
  readonly remedies: readonly Point[];
}

const MAX_REMEDIES = 5;
const [UNIFORM, OWN, REMEDY] = [seriesStyle(2), seriesStyle(0), seriesStyle(3)] as const;

/** The metric over the bytes of the file: one width for all, this file, and this file after one remedy each. */
export function accuracyOverBytes(report: Report): Markup | null {
  const { metric, sensitivity, totals } = report;
  if (sensitivity === null) return null;
  const { metric: name, float, packed, bitWidths, samples } = sensitivity;
  const percent = isShare(name);
  const scaled = (value: number) => (percent ? 100 * value : value);
  const uniform: Point[] = bitWidths
    .map(({ bits, bytes, score }) => ({ label: String(bits), bytes, value: scaled(score.metric) }))
    .toSorted((a, b) => a.bytes - b.bytes);
  const own: Point = { label: 'this file', bytes: totals.bytesAfter, value: scaled(packed.metric) };
  const remedies = remedyPoints(report, own, percent ? 1 : gainOfPoint(metric?.scale));
  const format = (value: number) => formatMetric(name, percent ? value / 100 : value);
  const heading = metricHeading(name);
  const figure: Figure = {
    heading: `${heading} over bytes`,
    caption: `Measured on ${samples} samples. Numbers are bits a weight, the same for all layers; a remedy stands where its own measurement puts the file.`,
    legend: [
      { title: 'one width for all', colour: UNIFORM.colour, sign: UNIFORM.symbol },
      { title: 'this file', colour: OWN.colour, sign: OWN.symbol },
      ...(remedies.length === 0
        ? []
        : [{ title: 'with one remedy', colour: REMEDY.colour, sign: REMEDY.symbol }]),
      { title: `float: ${formatMetric(name, float.metric)}`, colour: 'currentColor', sign: 'dashes' },
    ],
    picture: plotOverBytes(
      {
        id: 'accuracy-over-bytes',
        title: `${heading} over the bytes of the file`,
        description: [
          `float ${formatMetric(name, float.metric)}`,
          ...[
            ...uniform.map((point) => ({ ...point, label: `all at ${point.label} bits` })),
            own,
            ...remedies,
          ].map(({ label, bytes, value }) => `${label}: ${format(value)} at ${formatBytes(bytes)}`),
        ].join('; '),
      },
      {
        files: [own, ...uniform, ...remedies],
        float: scaled(float.metric),
        unit: percent ? '%' : null,
        marks: marksOf({ uniform, own, remedies }, format),
      },
    ),
  };
  return figureCard(figure);
}

function remedyPoints({ layers }: Report, own: Point, unit: number): Point[] {
  const labels = labelsOf(layers);
  return byGain(layers)
    .flatMap((layer) => {
      const remedy = firstRemedy(layer);
      if (remedy?.bytes == null || remedy.gainPoints === null || remedy.gainPoints <= 0) return [];
      const change = remedy.bits === null ? remedy.kind : `${remedy.bits} bits`;
      return [
        {
          label: `${labels.get(layer.name)}: ${change}`,
          bytes: own.bytes + remedy.bytes,
          value: own.value + remedy.gainPoints * unit,
        },
      ];
    })
    .slice(0, MAX_REMEDIES);
}

/** The points as dots with their tooltips, those of one width each joined by a line and named. */
function marksOf({ uniform, own, remedies }: Points, format: (value: number) => string): Plot.Markish[] {
  const at = { x: (point: Point) => point.bytes / 1000, y: 'value' };
  const text = { ...at, text: 'label', stroke: 'var(--card)', strokeWidth: 3 };
  const dot = (points: readonly Point[], { colour, symbol }: typeof OWN, r: number) =>
    Plot.dot(points, {
      ...at,
      symbol,
      fill: colour,
      r,
      title: ({ label, bytes, value }: Point) => `${label}: ${format(value)}, ${formatBytes(bytes)}`,
    });
  return [
    Plot.line(uniform, { ...at, stroke: UNIFORM.colour }),
    dot(uniform, UNIFORM, 4.5),
    dot(remedies, REMEDY, 4.5),
    dot([own], OWN, 6),
    Plot.text(withoutOverlap(uniform), { ...text, fill: UNIFORM.colour, dy: -15 }),
  ];
}

/** Labels of widths that lie apart; the others have a tooltip, and stand in the description. */
function withoutOverlap(points: readonly Point[]): Point[] {
  const place = (key: 'bytes' | 'value', size: number) => {
    const values = points.map((point) => point[key]);
    const [least, range] = [Math.min(...values), Math.max(...values) - Math.min(...values)];
    return (point: Point) => (range === 0 ? 0 : ((point[key] - least) / range) * size);
  };
  const [x, y] = [place('bytes', OVER_BYTES.width - 110), place('value', OVER_BYTES.height - 90)];
  const free = freeLabels(points.map((point) => ({ text: point.label, x: x(point), y: y(point) })));
  return points.filter((_, index) => free[index]);
}
