import type { Dataset } from '../../data/index.js';
import { leastBeyondLuck } from '../../metrics/index.js';
import { formatShare } from '../../report/index.js';
import { type ClassFit, commonestLabel, rightAnswers, rightText } from './class-fit.js';
import { className } from './labellings.js';

/**
 * Where a model is right no more often than one that always gives the commonest answer, how far luck takes that one.
 *
 * @param tries  Input ranges and labellings that this one is the best of.
 */
export function chanceWarning(fit: ClassFit, dataset: Dataset, tries: number): string | null {
  const samples = fit.labels.length;
  const { label, share } = commonestLabel(fit);
  const least = leastBeyondLuck(samples, share, tries);
  if (least > samples || rightAnswers(fit) >= least) return null;
  const luck = formatShare((least - 1) / samples);
  const guess = `answering ${className(label, dataset)} each time is right on ${formatShare(share)}, with luck (1 in 100) on ${luck}`;
  return `${rightText(fit)}, no better than chance: ${guess}; check --input-range, the order of --classes, and whether the labels are this model's`;
}
