import * as Plot from '@observablehq/plot';
import { formatMetric } from '../../../figures.js';
import type { SensitivityReport } from '../../../layer-report.js';
import { isShare, metricTitle } from '../../../metric-scale.js';
import { labelsOf } from '../../../names.js';
import type { Report } from '../../../report.js';
import { figureCard } from '../figure.js';
import { type Content, html, type Markup } from '../markup.js';
import { seriesStyle } from '../series-style.js';
import { plotOf } from '../svg.js';
import { FRAME, MARGINS } from './frame.js';
import { epochTicks, flatDomain } from './ticks.js';

const [PATH, FLOAT] = [seriesStyle(0), seriesStyle(2)] as const;

/** Plot of the metric as layers go back to float one after another; null where that was not measured. */
export function recoveryPath({ sensitivity, layers }: Report): Markup | null {
  if (sensitivity === null || sensitivity.path.length === 0) return null;
  const { metric, packed, float, path } = sensitivity;
  const labels = labelsOf(layers);
  const label = (name: string) => labels.get(name) ?? name;
  const points = [{ name: '', score: packed }, ...path].map(({ name, score }, count) => ({
    count,
    value: score.metric,
    text: `${count === 0 ? 'as it is packed' : `${count}: ${label(name)}`}: ${formatMetric(metric, score.metric)}`,
  }));
  const domain = flatDomain([float.metric, ...points.map(({ value }) => value)], null);
  const at = { x: 'count', y: 'value' };
  return figureCard({
    heading: 'Layers back in float, one after another',
    caption: captionOf(sensitivity, label),
    legend: [
      { title: `${metricTitle(metric)} with so many of them in float`, colour: PATH.colour, sign: 'line' },
      { title: 'the float model', colour: FLOAT.colour, sign: 'line' },
    ],
    picture: plotOf(
      {
        id: 'recovery-path',
        title: 'The metric as layers go back to float, those that cost most first',
        description: points.map(({ text }) => text).join('; '),
        ...FRAME,
      },
      {
        ...MARGINS,
        x: { label: 'layers in float', tickFormat: 'd', inset: 8, ticks: [0, ...epochTicks(path.length)] },
        y: { label: null, grid: true, ...(isShare(metric) && { tickFormat: '~%' }), ticks: 5, ...domain },
        marks: [
          Plot.ruleY([float.metric], { stroke: FLOAT.colour, strokeWidth: 2 }),
          Plot.line(points, { ...at, stroke: PATH.colour, strokeWidth: 2.5 }),
          Plot.dot(points, { ...at, fill: PATH.colour, r: 3, title: 'text' }),
        ],
      },
    ),
  });
}

function captionOf({ rankedBy, interaction }: SensitivityReport, label: (name: string) => string): Content {
  const evidence =
    rankedBy === 'alone'
      ? 'The model has collapsed, so that its layers are ranked by what each costs the float model by itself.'
      : 'Layers are ranked by the mean of what each costs the float model by itself and gives the packed one back.';
  if (interaction === null) return evidence;
  const { layers, together, apart } = interaction;
  const names = layers.map(label).join(', ');
  const less = together.divergence < apart.divergence;
  return html`${evidence} The first ${layers.length} interact (${names}): together they give ${less ? 'less' : 'more'} back than the sum of what each gives, ${together.divergence.toPrecision(2)} and ${apart.divergence.toPrecision(2)} of the divergence.`;
}
