import { formatShare } from '../../report/index.js';

/** Classes of the same samples by their labels and by a model, as indices. */
export interface ClassFit {
  readonly kind: 'classes';
  readonly classes: number;
  /** Values of the output: 1 for two classes, or one each. */
  readonly width: number;
  readonly labels: readonly number[];
  readonly answers: readonly number[];
}

/**
 * How many answers are right.
 *
 * @param labelOf  The label that each answer stands for; left out: the one of its own index.
 */
export function rightAnswers({ labels, answers }: ClassFit, labelOf?: readonly number[]): number {
  return answers.filter((answer, index) => (labelOf?.[answer] ?? answer) === labels[index]).length;
}

/** `the model is right on 97.8 % of 512 samples`. */
export function rightText(fit: ClassFit): string {
  const { length } = fit.labels;
  return `the model is right on ${formatShare(rightAnswers(fit) / length)} of ${length} samples`;
}

/** The label that occurs most often, and its share of all. */
export function commonestLabel({ labels }: ClassFit): { readonly label: number; readonly share: number } {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [label, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  return { label, share: count / labels.length };
}
