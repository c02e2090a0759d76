import { nextSteps } from '../../next-steps.js';
import type { Report } from '../../report.js';
import { html, type Markup } from './markup.js';

/** Steps that fit above the fold; the others are told below. */
const MAX_STEPS = 3;

/** The next commands and what they give. */
export function nextCommands(report: Report): Markup {
  const steps = nextSteps(report);
  if (steps.length === 0) return html`<p>${nothingToDo(report)}</p>`;
  const rest = steps.length - MAX_STEPS;
  return html`<ol class="steps">
${steps
  .slice(0, MAX_STEPS)
  .map(
    ({ text, reason, command }) =>
      html`<li>${text}${reason === '' ? null : html` <span class="why">${reason}</span>`}${command === '' ? null : html` <code>${command}</code>`}</li>\n`,
  )}</ol>
${rest > 0 ? html`<p class="more">${rest} more: <a href="#layers">by layer</a></p>` : null}`;
}

/** Why a trained model lost what it lost; nothing where that is not known. */
export function causeList({ causes }: Report): Markup | null {
  if (causes.length === 0) return null;
  return html`<h3>Why it lost</h3>
<ul class="causes">${causes.map(({ text }) => html`<li>${text}</li>\n`)}</ul>`;
}

function nothingToDo({ layers, metric, sensitivity }: Report): string {
  if (metric === null || layers.every(({ verdict }) => verdict === null))
    return 'Nothing can be advised: what rounding did to the answers was not measured.';
  if (sensitivity === null)
    return 'No layer stands out by its weights and outputs. Remedies were not tried; qgt analyze tries them.';
  const held = layers.some(({ verdict }) => verdict?.level === 'bottleneck');
  return held
    ? 'No remedy that was tried helps the layers marked below.'
    : 'No layer holds the compression back, and nothing that was tried is better.';
}
