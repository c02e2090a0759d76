import * as Plot from '@observablehq/plot';
import { labelsOf } from '../../../names.js';
import type { Report } from '../../../report.js';
import { figureCard } from '../figure.js';
import { type Content, html, type Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { FRAME, MARGINS } from './frame.js';
import { epochTicks, logTicks, logTickText } from './ticks.js';

type Epoch = NonNullable<Report['training']>['trace'][number];

/** A figure that training recorded for each layer after each epoch. */
interface Trace {
  readonly id: string;
  readonly heading: string;
  readonly caption: Content;
  readonly axis: Pick<Plot.ScaleOptions, 'type' | 'tickFormat'>;
  of(epoch: Epoch): Readonly<Record<string, number>>;
  text(value: number): string;
}

const residual: Trace = {
  id: 'residual',
  heading: 'Guidance residual over time',
  caption: html`How far each layer is from its grid, <span class="formula">|w - Q(w)|² / |w|²</span>, on a logarithmic scale. A line that stays up is a layer that does not settle.`,
  axis: { type: 'log' },
  of: ({ residuals }) => residuals,
  text: (value) => value.toExponential(1),
};

const flips: Trace = {
  id: 'flips',
  heading: 'Codes that change',
  caption:
    'Share of the weights whose code is not what it was an epoch before. Weights that never rest hop between two values.',
  axis: { tickFormat: '~%' },
  of: (epoch) => epoch.flips,
  text: (value) => `${(100 * value).toFixed(1)} %`,
};

const [MEAN, WORST] = [seriesStyle(2), seriesStyle(0)] as const;
const FAINT = 'var(--faint)';

/** The residuals and the changes of code over the epochs; null where nothing was trained. */
export function tracesOverEpochs(report: Report): readonly Markup[] {
  return [residual, flips].flatMap((trace) => overEpochs(report, trace) ?? []);
}

function overEpochs(
  { training, layers }: Report,
  { id, heading, caption, axis, of, text }: Trace,
): Markup | null {
  const epochs = (training?.trace ?? []).filter((epoch) => Object.keys(of(epoch)).length > 0);
  const last = epochs.at(-1);
  if (last === undefined) return null;
  const labels = labelsOf(layers);
  const usable = (value: number) => axis.type !== 'log' || value > 0;
  const points = epochs
    .flatMap((epoch) =>
      Object.entries(of(epoch)).map(([name, value]) => ({ epoch: epoch.epoch, name, value })),
    )
    .filter(({ value }) => usable(value));
  const means = epochs
    .map((epoch) => ({ epoch: epoch.epoch, value: meanOf(Object.values(of(epoch))) }))
    .filter(({ value }) => usable(value));
  if (points.length === 0 || means.length === 0) return null;
  const [worst] = Object.entries(of(last)).reduce((most, next) => (next[1] > most[1] ? next : most));
  const at = { x: 'epoch', y: 'value' };
  const worstLabel = labels.get(worst) ?? worst;
  return figureCard({
    heading,
    caption,
    legend: [
      { title: 'mean of the layers', colour: MEAN.colour, sign: 'line' },
      { title: `${worstLabel}, the largest at the end`, colour: WORST.colour, sign: 'line' },
      { title: 'the others', colour: FAINT, sign: 'line' },
    ],
    picture: plotOf(
      {
        id,
        title: heading,
        description: `Mean of the layers: ${text(means[0]!.value)} after the first epoch, ${text(means.at(-1)!.value)} after the last. Largest at the end: ${worstLabel}, ${text(of(last)[worst]!)}.`,
        ...FRAME,
      },
      {
        ...MARGINS,
        x: { label: 'epoch', tickFormat: 'd', inset: 8, ticks: epochTicks(last.epoch) },
        y: { ...axis, ...ticksOf(axis, points), label: null, grid: true },
        marks: [
          Plot.line(points, { ...at, z: 'name', stroke: FAINT, strokeWidth: 1.2 }),
          Plot.line(
            points.filter(({ name }) => name === worst),
            { ...at, stroke: WORST.colour, strokeWidth: 2 },
          ),
          Plot.line(means, { ...at, stroke: MEAN.colour, strokeWidth: 3 }),
          Plot.dot(means, { ...at, fill: MEAN.colour, r: 3, title: ({ value }) => text(value) }),
        ],
      },
    ),
  });
}

const ticksOf = ({ type }: Trace['axis'], points: readonly { readonly value: number }[]) => {
  const values = points.map(({ value }) => value);
  return type === 'log'
    ? { ticks: logTicks(Math.min(...values), Math.max(...values)), tickFormat: logTickText }
    : { ticks: 5 };
};

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
