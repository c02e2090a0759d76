import type { Dataset } from '../../data/index.js';
import { labelledScore, scoreName } from '../../metrics/index.js';
import { formatMetric, formatShare, metricTitle } from '../../report/index.js';
import { rightAnswers, rightText } from './class-fit.js';
import type { LabelFit } from './label-fit.js';
import { classNamesOf, type Labelling } from './labellings.js';

/** A labelling, and how the float model's answers go with it. */
export interface TriedLabelling extends Labelling {
  readonly fit: LabelFit | null;
}

/** Names that a note shows of a list. */
const SHOWN = 3;

/** How well the model does by labels, more being better: the share of right answers, or what `labelledScore` counts. */
export function scoreOf(fit: LabelFit | null): number {
  if (fit === null) return Number.NEGATIVE_INFINITY;
  if (fit.kind === 'figures') return labelledScore(fit) ?? Number.NEGATIVE_INFINITY;
  return rightAnswers(fit) / fit.labels.length;
}

/** Notes on the column or order taken for the labels, with the figures that decided where there were several ways. */
export function labellingNotes(best: TriedLabelling, tried: readonly TriedLabelling[]): string[] {
  return [...columnNotes(best, tried), ...orderNotes(best, tried)];
}

/** The columns that a table's labels are from; empty for other data. */
export function labelColumnsText({ labelColumns = [] }: Dataset): string {
  const more = labelColumns.length > SHOWN ? `, … (${labelColumns.length})` : '';
  return labelColumns.slice(0, SHOWN).join(', ') + more;
}

function columnNotes(best: TriedLabelling, tried: readonly TriedLabelling[]): string[] {
  const column = labelColumnsText(best.dataset);
  if (column === '') return [];
  const others = new Map<string, LabelFit | null>();
  for (const { dataset, fit } of tried) {
    const name = labelColumnsText(dataset);
    if (name !== column && scoreOf(fit) >= scoreOf(others.get(name) ?? null)) others.set(name, fit);
  }
  if (others.size === 0) return [`label column: ${column}`];
  const figures = [...others].map(([name, fit]) => `${name} ${figureOf(fit)}`).join(', ');
  return [
    `label column: ${column}, by how well the model does (${column} ${figureOf(best.fit)}, ${figures}); --label-column names another`,
  ];
}

/** `accuracy 97.8 %`, `R2 0.912`. */
function figureOf(fit: LabelFit | null): string {
  if (fit === null) return "doesn't fit the output";
  const name = fit.kind === 'classes' ? 'accuracy' : scoreName(fit);
  return `${name} ${name === metricTitle('r2') ? r2Text(scoreOf(fit)) : formatMetric(name, scoreOf(fit))}`;
}

/** `0.912`; far below 0 the digits say nothing. */
export const r2Text = (value: number): string => (value < -100 ? 'below -100' : formatMetric('r2', value));

function orderNotes(best: TriedLabelling, tried: readonly TriedLabelling[]): string[] {
  const column = labelColumnsText(best.dataset);
  const other = tried.find(
    ({ dataset, sorted }) => sorted !== best.sorted && labelColumnsText(dataset) === column,
  );
  if (best.fit?.kind !== 'classes' || other === undefined) return [];
  const names = classNamesOf(best.dataset)!;
  const otherNames = classNamesOf(other.dataset)!;
  const differsAt = names.findIndex((name, index) => name !== otherNames[index]);
  const shown = names.slice(0, Math.max(SHOWN, differsAt + 1)).join(', ');
  const otherwise = formatShare(scoreOf(other.fit));
  return [
    `classes taken in ${best.sorted} order ${shown}, …: ${rightText(best.fit)}, in ${other.sorted} order on ${otherwise}; --classes gives another`,
  ];
}
