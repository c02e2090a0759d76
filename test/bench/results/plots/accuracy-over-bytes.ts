import * as Plot from '@observablehq/plot';
import type { Method } from '../experiments.js';
import { metricText } from '../figures.js';
import type { Summary } from '../summary.js';
import { HEADROOM, legend, type Shape } from './legend.js';
import { axisValue, axisValueText, type Point, pointOf, pointText } from './point.js';
import { PAPER, type Picture } from './svg.js';

/** How a method is drawn: a shape and a colour, and on which side of a point its bits stand. */
interface Look {
  readonly colour: string;
  readonly sign: Shape;
  readonly dx: number;
  readonly dy: number;
}

/** By method; those that aren't in it are in the table alone. Colours that colour-blind readers tell apart. */
const LOOKS: Readonly<Record<string, Look>> = {
  ours: { colour: '#0b62b8', sign: 'circle', dx: 0, dy: -13 },
  auto: { colour: '#6639ba', sign: 'star', dx: 0, dy: -15 },
  qkeras: { colour: '#b3377f', sign: 'square', dx: 0, dy: 14 },
  'data-free': { colour: '#00795a', sign: 'triangle', dx: -10, dy: -10 },
  rounding: { colour: '#b54708', sign: 'diamond', dx: 10, dy: 12 },
};
/** How far below the float model a plot reaches at most; what lies deeper stands at its lower edge, with its figure. */
const DEPTH = { accuracy: 12, r2: 0.2 };
const INK = 'currentColor';
const MARGIN_LEFT = 56;

/** Accuracy in percent, or R², over the bytes of the file, a line a method; null where nothing was run. */
export function accuracyOverBytes(title: string, summaries: readonly Summary[]): Picture | null {
  const drawn = summaries.filter(
    ({ runs, experiment }) => runs.length > 0 && experiment.method.name in LOOKS,
  );
  const first = drawn[0]?.runs[0]?.measurement;
  if (first === undefined) return null;
  const { metric } = first;
  const float = axisValue(metric, first.before);
  const floor = float - DEPTH[metric];
  const points = drawn.map(pointOf);
  const methods = [...new Set(drawn.map(({ experiment }) => experiment.method))];
  const floatText = `float ${metricText(metric, first.before)}`;
  const quantity = metric === 'accuracy' ? 'accuracy' : 'R²';
  return {
    title: `${title}: ${quantity} over bytes`,
    description: [`${floatText}, ${(first.bytesBefore / 1000).toFixed(1)} kB`, ...points.map(pointText)].join(
      '; ',
    ),
    options: {
      marginTop: HEADROOM,
      marginRight: 24,
      marginLeft: MARGIN_LEFT,
      marginBottom: 44,
      x: {
        type: 'log',
        label: 'kilobytes of the file, on a logarithmic scale',
        tickFormat: '~r',
        ticks: 8,
        inset: 32,
      },
      y: { domain: domainOf(points, floor, float), label: null, insetTop: 20, insetBottom: 44, grid: true },
      marks: [
        Plot.ruleY([float], { strokeDasharray: '5 4' }),
        ...methods.flatMap((method) => series(pointsOf(points, method), LOOKS[method.name]!, floor)),
        ...legend(
          `${quantity} on the test set${metric === 'accuracy' ? ', %' : ''}, by bits a weight`,
          [
            ...methods.map((method) => ({ title: method.title, ...LOOKS[method.name]! })),
            { title: floatText, colour: INK, sign: 'dashes' },
          ],
          MARGIN_LEFT,
        ),
      ],
    },
  };
}

function domainOf(points: readonly Point[], floor: number, float: number): [number, number] {
  const lowest = Math.min(float, ...points.map(({ least }) => least));
  const highest = Math.max(float, ...points.map(({ most }) => most));
  return [Math.max(lowest, floor), highest];
}

/** A method's line, the spread of its seeds, its points and their bits; what lies below `floor` stands on it. */
function series(points: readonly Point[], { colour, sign, dx, dy }: Look, floor: number): Plot.Markish[] {
  const onFloor = (value: number) => Math.max(floor, value);
  const shown = points.map((point) => ({ ...point, shown: onFloor(point.value) }));
  const inside = shown.filter(({ value }) => value >= floor);
  const below = shown.filter(({ value }) => value < floor);
  const at = { x: 'kilobytes', y: 'shown' };
  const text = { ...at, fill: colour, stroke: PAPER, strokeWidth: 4 };
  return [
    Plot.line(shown, { ...at, stroke: colour, strokeWidth: 1.5 }),
    Plot.ruleX(inside, {
      x: 'kilobytes',
      y1: ({ least }: Point) => onFloor(least),
      y2: 'most',
      stroke: colour,
      strokeWidth: 4,
      strokeOpacity: 0.35,
    }),
    Plot.dot(shown, { ...at, symbol: sign, fill: colour, stroke: PAPER, r: 5 }),
    Plot.text(inside, { ...text, text: 'bits', dx, dy }),
    Plot.text(below, {
      ...text,
      text: (point: Point) => `${point.bits}: ↓\n${axisValueText(point)}`,
      lineAnchor: dy < 0 ? 'bottom' : 'top',
      dy: dy < 0 ? -8 : 8,
    }),
  ];
}

const pointsOf = (points: readonly Point[], method: Method): Point[] =>
  points.filter((point) => point.method === method).toSorted((a, b) => a.kilobytes - b.kilobytes);
