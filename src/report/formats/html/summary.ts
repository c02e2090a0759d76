import { formatDrop } from '../../drop.js';
import { formatBytes, formatDuration, formatMetric, formatRatio } from '../../figures.js';
import { noiseText } from '../../metric-text.js';
import type { Report } from '../../report.js';
import { type Content, html, type Markup } from './markup.js';
import { metricHeading } from './metric-heading.js';

/** A figure of the summary. */
interface Tile {
  readonly name: string;
  readonly value: Content;
  readonly detail: string;
}

/** The figures that the report is opened for. */
export function summary(report: Report): Markup {
  return html`<dl class="tiles">
${tilesOf(report).map(({ name, value, detail }) => html`<div><dt>${name}</dt><dd><strong>${value}</strong><small>${detail}</small></dd></div>\n`)}</dl>
`;
}

/** Reasons to distrust the figures, and the limits that were set; null without either. */
export function alerts(report: Report): Markup {
  return html`${warnings(report)}${limits(report)}`;
}

/** Reasons to distrust the figures. */
function warnings({ warnings: all }: Report): Markup | null {
  if (all.length === 0) return null;
  return html`<ul class="limits card" aria-label="Warnings">
${all.map(({ text }) => html`<li><span class="badge watch">● warning</span> ${text}</li>\n`)}</ul>
`;
}

/** The limits that the run was held to, and whether it kept them. */
function limits({ checks }: Report): Markup | null {
  if (checks.length === 0) return null;
  const badge = ({ passed, level }: Report['checks'][number]) =>
    passed
      ? html`<span class="badge kept">✓ kept</span>`
      : html`<span class="badge ${level === 'error' ? 'bottleneck' : 'watch'}">${level === 'error' ? '▲' : '●'} not kept</span>`;
  return html`<ul class="limits card" aria-label="Limits">
${checks.map((check) => html`<li>${badge(check)} <code>--${check.rule}</code> ${check.text}</li>\n`)}</ul>
`;
}

function tilesOf(report: Report): Tile[] {
  const { totals, metric, layers } = report;
  const quantized = layers.filter(({ bits }) => bits < 32);
  const count = (level: string) => quantized.filter(({ verdict }) => verdict?.level === level).length;
  const widths = [...new Set(quantized.map(({ bits }) => bits))].toSorted((a, b) => a - b);
  return [
    {
      name: 'Smaller',
      value: `${formatRatio(totals.ratio)} times`,
      detail: `${formatBytes(totals.bytesBefore)} → ${formatBytes(totals.bytesAfter)}`,
    },
    ...(metric === null ? [] : metricTiles(metric)),
    ...(quantized.some(({ verdict }) => verdict !== null)
      ? [
          {
            name: 'Bottlenecks',
            value: count('bottleneck'),
            detail: `${count('watch')} to watch, of ${quantized.length} layers`,
          },
        ]
      : []),
    {
      name: 'Bits a weight',
      value: widths.length > 2 ? `${widths[0]}–${widths.at(-1)}` : widths.join(' and '),
      detail: `${formatDuration(totals.durationMs)} on the ${report.engine.name} engine`,
    },
  ];
}

/** One for each output. */
function metricTiles({ outputs, against, samples, on }: NonNullable<Report['metric']>): Tile[] {
  const where = `on ${samples.toLocaleString('en')} samples of ${on}`;
  return outputs.map(({ output, metric, before, after, drop, sqnrDb }) => {
    const name = outputs.length === 1 ? metricHeading(metric) : `${output}: ${metricHeading(metric)}`;
    if (against === 'float model')
      return {
        name,
        value: formatMetric(metric, after),
        detail: `with the float model${noiseText(metric, sqnrDb)}, ${where}`,
      };
    const value = `${formatMetric(metric, before)} → ${formatMetric(metric, after)}`;
    // A line may break at the arrow only.
    return {
      name,
      value: value.replaceAll(' %', '\u00a0%'),
      detail: `${formatDrop(metric, drop)}, ${where}`,
    };
  });
}
