import type { Verdict } from '../../layer-report.js';
import { html, type Markup } from './markup.js';

/** From fine to bad. */
export const VERDICT_ORDER: Readonly<Record<Verdict['level'], number>> = { none: 0, watch: 1, bottleneck: 2 };

/** The level with a sign, so that it does not hang on its colour. */
export function verdictBadge(verdict: Verdict | null): Markup {
  if (verdict === null || verdict.level === 'none') return html`<span class="badge none">none</span>`;
  const { level, reason } = verdict;
  return html`<span class="badge ${level}" title="${reason}">${level === 'bottleneck' ? '▲' : '●'} ${level}</span>`;
}
