import { modelName } from '../../model-name.js';
import type { Report } from '../../report.js';
import { verdictLine } from '../../verdict-line.js';
import { details } from './details.js';
import { layerTable } from './layer-table.js';
import { type Content, html, type Markup } from './markup.js';
import { modelGraph } from './model-graph.js';
import { causeList, nextCommands } from './next.js';
import { accuracyOverBytes } from './plots/accuracy-over-bytes.js';
import { bytesByLayer } from './plots/bytes-by-layer.js';
import { candidatesOverBytes } from './plots/candidates.js';
import { costOverBytes } from './plots/cost-over-bytes.js';
import { weightHistograms } from './plots/histograms.js';
import { noiseByLayer } from './plots/noise.js';
import { tracesOverEpochs } from './plots/over-epochs.js';
import { recoveryPath } from './plots/recovery-path.js';
import { gainByLayer, sensitivityByLayer } from './plots/sensitivity.js';
import { courseOfTraining } from './plots/training.js';
import { pageOf } from './shell.js';
import { alerts, summary } from './summary.js';

/** A part of the page under a heading. */
interface Section {
  readonly id: string;
  readonly heading: string;
  readonly content: Content;
}

/** Writes a report as one page that needs nothing else. */
export function renderPage(report: Report): string {
  const { command, model } = report;
  const name = model.name === '' ? modelName(model.source) : model.name;
  const sections = sectionsOf(report);
  return pageOf({
    title: `qgt ${command}: ${name}`,
    skip: { to: 'layers', text: 'To the table of layers' },
    body: html`<header>
<h1>${name}</h1>
<p class="verdict">${verdictLine(report)}</p>
</header>
<main>
<section id="first" aria-labelledby="first-heading">
<h2 id="first-heading">What to do next</h2>
<div class="card">${nextCommands(report)}${causeList(report)}</div>
</section>
${summary(report)}${alerts(report)}<nav aria-label="Parts of the report"><ul>${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav>
${sections.map(
  ({ id, heading, content }) => html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}</section>
`,
)}</main>`,
  });
}

function sectionsOf(report: Report): Section[] {
  const { allocation, sensitivity, metric } = report;
  const file = [
    bytesByLayer(report),
    accuracyOverBytes(report),
    ...(allocation === null
      ? []
      : [
          candidatesOverBytes(allocation, sensitivity?.metric ?? metric?.name ?? 'accuracy'),
          costOverBytes(allocation),
        ]),
    ...courseOfTraining(report),
  ];
  const layers = [
    recoveryPath(report),
    sensitivityByLayer(report),
    gainByLayer(report),
    noiseByLayer(report),
    modelGraph(report),
  ];
  const sections: (Section | null)[] = [
    figures('plots', 'Bytes and accuracy', file),
    figures('sensitivities', 'Layer by layer', layers),
    { id: 'layers', heading: 'Layers', content: html`<div class="card">${layerTable(report)}</div>` },
    { id: 'details', heading: 'Details', content: html`<div class="card">${details(report)}</div>` },
    internals(report),
  ];
  return sections.filter((section) => section !== null);
}

function figures(id: string, heading: string, drawn: readonly (Markup | null)[]): Section | null {
  const there = drawn.filter((each) => each !== null);
  if (there.length === 0) return null;
  const columns = there.length === 1 ? ' one' : there.length === 2 || there.length === 4 ? ' two' : '';
  return { id, heading, content: html`<div class="figures${columns}">${there}</div>` };
}

/** Figures that tell how the training and the grids work, folded. */
function internals(report: Report): Section | null {
  const traces = tracesOverEpochs(report);
  const histograms = weightHistograms(report);
  if (traces.length === 0 && histograms === null) return null;
  return {
    id: 'internals',
    heading: 'Inside',
    content: html`${
      traces.length === 0
        ? null
        : html`<details class="card"><summary>Guidance: how the layers came to their grids</summary><div class="figures two">${traces}</div></details>`
    }${
      histograms === null
        ? null
        : html`<details class="card" id="weights"><summary>Weights and their grids</summary><p>Bars count the weights as they came in, channels brought to one scale; lines are the values that they may take, a band where those are many.</p>${histograms}</details>`
    }`,
  };
}
