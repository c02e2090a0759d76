import { type Content, html, type Markup } from '../../../formats/html/markup.js';
import { pageOf } from '../../../formats/html/shell.js';
import type { Recommendation, SweepReport, TrialReport } from '../../sweep-report.js';
import { trialColumns } from '../../sweep-table.js';
import { sweepPlot } from './sweep-plot.js';

/** Writes what a sweep has come to as one page that needs nothing else. */
export function renderSweepPage(report: SweepReport): string {
  const { folder, trials, recommendations, notes } = report;
  const plots = recommendations.map(({ group, model }, index) =>
    sweepPlot(
      model,
      trials.filter((trial) => trial.group === group),
      index,
    ),
  );
  return pageOf({
    title: `qgt sweep: ${folder}`,
    body: html`<header>
<h1>${folder}</h1>
<p>Trials of compression, held against each other</p>
</header>
<main>
${section('recommended', 'Recommended', html`<div class="card">${recommendations.map(recommendationText)}</div>`)}
${section('plots', 'Accuracy over bytes', html`<div class="figures">${plots.filter((plot) => plot !== null)}</div>`)}
${section('trials', 'Trials', html`<div class="card"><div class="scroll wide" tabindex="0" role="region" aria-label="Table of trials">${trialTable(trials)}</div></div>`)}
${notes.length === 0 ? null : section('notes', 'Notes', html`<div class="card"><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></div>`)}
</main>`,
  });
}

const section = (id: string, heading: string, content: Content): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}</section>`;

const recommendationText = ({ model, name, reason }: Recommendation): Markup =>
  html`<p><strong>${model}${name === null ? '' : `, ${name}`}</strong>: ${reason}.</p>`;

function trialTable(trials: readonly TrialReport[]): Markup {
  const heads = trialColumns.map(
    ({ head, align }) => html`<th${classOf(align)}>${head.replace('\n', ' ') || 'lost'}</th>`,
  );
  const rows = trials.map(
    (trial) =>
      html`<tr><th scope="row">${trial.name}</th>${trialColumns.map(
        ({ cell, align }) => html`<td${classOf(align)}>${cell(trial)}</td>`,
      )}<td>${trial.error ?? trial.output ?? ''}</td></tr>
`,
  );
  return html`<table>
<thead><tr><th>trial</th>${heads}<th>folder, or what went wrong</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

const classOf = (align: 'left' | 'right'): Markup | null =>
  align === 'right' ? html` class="number"` : null;
