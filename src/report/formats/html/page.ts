import type { Report } from '../../report.js';
import { details } from './details.js';
import { layerTable } from './layer-table.js';
import { type Content, html, Markup } from './markup.js';
import { modelGraph } from './model-graph.js';
import { accuracyOverBytes } from './plots/accuracy-over-bytes.js';
import { costOverBytes } from './plots/cost-over-bytes.js';
import { weightHistograms } from './plots/histograms.js';
import { tracesOverEpochs } from './plots/over-epochs.js';
import { gainByLayer, sensitivityByLayer } from './plots/sensitivity.js';
import { styles } from './styles.js';
import { firstSteps, summary } from './summary.js';

/** A part of the page under a heading. */
interface Section {
  readonly id: string;
  readonly heading: string;
  readonly content: Content;
}

/** Nothing is loaded from anywhere: the browser is told so too. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** Writes a report as one page that needs nothing else. */
export function renderPage(report: Report): string {
  const { command, model, tool } = report;
  const title = `qgt ${command}: ${model.source}`;
  const sections = sectionsOf(report);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="qgt ${tool.version}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(styles)}</style>
</head>
<body>
<a class="skip" href="#layers">To the table of layers</a>
<header>
<h1>${model.source}</h1>
<p>${command === 'analyze' ? 'What rounding alone does to this model, layer by layer' : 'What its compression cost, layer by layer'}: qgt ${tool.version}</p>
<nav aria-label="Parts of the report"><ul>${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
</header>
<main>
${summary(report)}${sections.map(
  ({ id, heading, content }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}</section>
`,
)}</main>
</body>
</html>
`.text;
}

function sectionsOf(report: Report): Section[] {
  const { allocation } = report;
  const plots = [
    accuracyOverBytes(report),
    allocation === null ? null : costOverBytes(allocation),
    gainByLayer(report),
    sensitivityByLayer(report),
    ...tracesOverEpochs(report),
    modelGraph(report),
  ].filter((plot) => plot !== null);
  const histograms = weightHistograms(report);
  const sections: (Section | null)[] = [
    {
      id: 'first',
      heading: 'What to do first',
      content: html`<div class="card">${firstSteps(report)}</div>`,
    },
    plots.length === 0
      ? null
      : { id: 'plots', heading: 'Where it is lost', content: html`<div class="figures">${plots}</div>` },
    { id: 'layers', heading: 'Layers', content: html`<div class="card">${layerTable(report)}</div>` },
    histograms === null
      ? null
      : {
          id: 'weights',
          heading: 'Weights and their grids',
          content: html`<div class="card"><p>Bars count the weights as they came in, channels brought to one scale; lines are the values that they may take, a band where those are many.</p>${histograms}</div>`,
        },
    { id: 'details', heading: 'Details', content: html`<div class="card">${details(report)}</div>` },
  ];
  return sections.filter((section) => section !== null);
}
