import { formatShare } from '../../report/index.js';

/** What labels say and what a model says of the same samples, as indices of classes. */
export interface ClassFit {
  readonly kind: 'classes';
  readonly classes: number;
  /** Values of the output: 1 for two classes, or one each. */
  readonly width: number;
  readonly labels: readonly number[];
  readonly answers: readonly number[];
}

/** How many answers are right. */
export function rightAnswers({ labels, answers }: ClassFit): number {
  return answers.filter((answer, index) => answer === labels[index]).length;
}

/** `the float model is right on 97.8 % of 512 samples`. */
export function rightText(fit: ClassFit): string {
  const { length } = fit.labels;
  return `the float model is right on ${formatShare(rightAnswers(fit) / length)} of ${length} samples`;
}
