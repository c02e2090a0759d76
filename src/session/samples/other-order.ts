import type { Dataset } from '../../data/index.js';
import { assignClasses, leastBeyondLuck } from '../../metrics/index.js';
import { formatShare } from '../../report/index.js';
import { type ClassFit, commonestLabel, rightAnswers, rightText } from './class-fit.js';
import { className } from './labellings.js';

/** Least gain of another order of the classes that is worth a warning, as a share of the samples. */
const MIN_GAIN = 0.1;
/** Classes that the text names one by one. */
const SHOWN = 4;

/** An order of the classes by which the model would be right. */
export interface OtherOrder {
  /** The share of samples on which it would be. */
  readonly share: number;
  readonly text: string;
}

/**
 * The order of the classes by which a model is far better than by the one that it is held to, if there is one.
 *
 * One half of the samples tells the order and the other half what it gains: of many classes some order always fits.
 */
export function findOtherOrder(fit: ClassFit, dataset: Dataset): OtherOrder | null {
  const [told, held] = [half(fit, 0), half(fit, 1)];
  const samples = held.labels.length;
  if (samples === 0) return null;
  const before = rightAnswers(held);
  const after = rightAnswers(held, assignClasses(told.labels, told.answers, fit.classes));
  const luck = Math.max(before / samples, commonestLabel(held).share);
  if ((after - before) / samples < MIN_GAIN || after < leastBeyondLuck(samples, luck)) return null;
  const labelOf = assignClasses(fit.labels, fit.answers, fit.classes);
  const share = rightAnswers(fit, labelOf) / fit.labels.length;
  const text = `${rightText(fit)}, but on ${formatShare(share)} with the classes in another order: ${movedText(fit, labelOf, dataset)}; ${wayOut(labelOf, dataset)}`;
  return { share, text };
}

const half = (fit: ClassFit, rest: 0 | 1): ClassFit => ({
  ...fit,
  labels: fit.labels.filter((_, index) => index % 2 === rest),
  answers: fit.answers.filter((_, index) => index % 2 === rest),
});

/** `its output 0 is mostly your class 'dog'`, of each that is out of place. */
function movedText({ width }: ClassFit, labelOf: readonly number[], dataset: Dataset): string {
  const output = width === 1 ? 'answer' : 'output';
  const moved = labelOf.flatMap((label, answer) =>
    label === answer ? [] : [`its ${output} ${answer} is mostly your class ${className(label, dataset)}`],
  );
  const more = moved.length > SHOWN ? [`and ${moved.length - SHOWN} more`] : [];
  return [...moved.slice(0, SHOWN), ...more].join(', ');
}

/** How to bring the classes into the order of the model's answers. */
function wayOut(labelOf: readonly number[], { labels }: Dataset): string {
  const byName = labels.kind === 'classes' && labels.orderFrom !== undefined ? labels.names : undefined;
  if (byName === undefined) {
    const moves = labelOf.flatMap((label, answer) => (label === answer ? [] : [`${label} to ${answer}`]));
    return `renumber the labels: ${moves.join(', ')}`;
  }
  const names = labelOf.map((label) => byName[label]!);
  // Commas part the names of the flag.
  if (names.some((name) => name.includes(','))) return 'list the classes in that order in a config file';
  const list = names.join(',');
  return `give --classes ${/^[\w.,+-]+$/.test(list) ? list : `'${list.replaceAll("'", "'\\''")}'`}`;
}
