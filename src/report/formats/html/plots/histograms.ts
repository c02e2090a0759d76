import * as Plot from '@observablehq/plot';
import { formatDecibels, formatShare } from '../../../figures.js';
import type { LayerReport, WeightErrorReport } from '../../../layer-report.js';
import { labelsOf } from '../../../names.js';
import type { Report } from '../../../report.js';
import { html, type Markup } from '../markup.js';
import { plotOf } from '../svg.js';

/** Most grid lines that stay readable; a grid with more values is drawn as the range that it covers. */
const MAX_LINES = 32;
const WIDTH = 220;
const HEIGHT = 96;

/** The weights of each layer with the values of its grid over them; null where they were not counted. */
export function weightHistograms({ layers }: Report): Markup | null {
  const labels = labelsOf(layers);
  const drawn = layers.flatMap((layer, index) =>
    layer.weights === null
      ? []
      : [histogramCard(layer, layer.weights, labels.get(layer.name) ?? layer.name, index)],
  );
  return drawn.length === 0 ? null : html`<div class="histograms">${drawn}</div>`;
}

function histogramCard(
  { bits, sqnrDb, quantizer }: LayerReport,
  { histogram, clippedShare }: WeightErrorReport,
  label: string,
  index: number,
): Markup {
  const { min, max, counts, levels } = histogram;
  const size = (max - min) / counts.length || 1;
  const bins = counts.map((count, bin) => ({ x1: min + bin * size, x2: min + (bin + 1) * size, count }));
  const facts = [
    `${bits} bits`,
    ...(sqnrDb === null ? [] : [`${formatDecibels(sqnrDb)} dB`]),
    ...(clippedShare > 0 ? [`${formatShare(clippedShare)} clipped`] : []),
  ].join(' · ');
  const picture = plotOf(
    {
      id: `histogram-${index}`,
      title: `Weights of ${label}`,
      description: `${label}: weights from ${min.toPrecision(3)} to ${max.toPrecision(3)}; ${levels.length} values of the ${quantizer} grid from ${levels[0]!.toPrecision(3)} to ${levels.at(-1)!.toPrecision(3)}`,
      width: WIDTH,
      height: HEIGHT,
    },
    {
      marginLeft: 8,
      marginRight: 8,
      marginTop: 6,
      marginBottom: 20,
      style: { fontSize: '11px' },
      x: { label: null, ticks: 3, domain: [Math.min(min, levels[0]!), Math.max(max, levels.at(-1)!)] },
      y: { axis: null },
      marks: [
        ...(levels.length > MAX_LINES
          ? [
              Plot.rect([levels], {
                x1: levels[0]!,
                x2: levels.at(-1)!,
                fill: 'var(--grid)',
                fillOpacity: 0.18,
              }),
            ]
          : []),
        Plot.rect(bins, { x1: 'x1', x2: 'x2', y1: 0, y2: 'count', fill: 'var(--series-3)', inset: 0.25 }),
        ...(levels.length > MAX_LINES
          ? []
          : [Plot.ruleX(levels, { stroke: 'var(--grid)', strokeWidth: 1.5 })]),
        Plot.ruleY([0]),
      ],
    },
  );
  return html`<figure><figcaption><strong>${label}</strong> <span>${facts}</span></figcaption>${picture}</figure>`;
}
