import { type Content, html, type Markup } from '../../../formats/html/markup.js';
import { pageOf } from '../../../formats/html/shell.js';
import { modelName } from '../../../model-name.js';
import type { Difference, LayerDifference } from '../../difference.js';
import { differenceColumns, differenceFacts, layerTitle } from '../../difference-table.js';
import { changedBytes } from './changed-bytes.js';

/** Writes the difference of two runs as one page that needs nothing else. */
export function renderDifferencePage(difference: Difference): string {
  const { before, after, layers, notes } = difference;
  const [size, ...facts] = differenceFacts(difference);
  const title = `${modelName(before)} → ${modelName(after)}`;
  const bars = changedBytes(layers);
  return pageOf({
    title: `qgt diff: ${title}`,
    body: html`<header>
<h1>${title}</h1>
<p class="verdict">${size![0]} ${size![1]}</p>
</header>
<main>
<dl class="tiles">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${notes.length === 0 ? null : html`<ul class="limits card" aria-label="Notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${bars === null ? null : section('bytes', 'Bytes', html`<div class="figures one">${bars}</div>`)}
${section('layers', 'Layers that changed', html`<div class="card">${layers.length === 0 ? html`<p>None: both are the same, layer by layer.</p>` : table(layers)}</div>`)}
</main>`,
  });
}

const section = (id: string, heading: string, content: Content): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}</section>`;

function table(layers: readonly LayerDifference[]): Markup {
  const rows = layers.map(
    (layer) => html`<tr><th scope="row">${layerTitle(layer)}</th>${differenceColumns.map(
      ({ cell }) => html`<td>${cell(layer)}</td>`,
    )}</tr>
`,
  );
  return html`<div class="scroll wide" role="region" aria-label="Layers that changed, a table" tabindex="0">
<table>
<thead><tr><th scope="col">layer</th>${differenceColumns.map(({ head }) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>
</div>`;
}
