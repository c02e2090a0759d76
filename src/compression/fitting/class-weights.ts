import { QgtError, sizeOf } from '../../core/index.js';
import { type Dataset, readClasses } from '../../data/index.js';
import { type OutputHead, widthOf } from '../../metrics/index.js';
import type { Samples } from '../../session/index.js';
import type { TuningOptions } from './tuning-options.js';

/**
 * Computes the weight of a sample of each class in training; the mean over the samples is 1.
 *
 * `auto` lets every class count alike, however many samples it has.
 *
 * @returns undefined where all samples count alike.
 * @throws QgtError `usage` where the labels are not classes, or for a list of the wrong length.
 */
export async function weightByClass({
  samples: { training, heads },
  options,
}: {
  readonly samples: Pick<Samples, 'training' | 'heads'>;
  readonly options: Pick<TuningOptions, 'classWeights'>;
}): Promise<Float32Array | undefined> {
  const wanted = options.classWeights;
  if (wanted === undefined) return undefined;
  const labels = (await readClasses(training.dataset)) ?? (await readYesOrNo(training.dataset, heads));
  if (labels === undefined) {
    throw new QgtError('usage', {
      where: '--class-weights',
      what: 'the labels are no classes',
      got: training.dataset.labels.kind === 'none' ? 'no labels' : 'values',
      expected: 'one class a sample',
      remedy: 'leave it out, or give labels that are class numbers, folders or one-hot rows',
    });
  }
  const counts: number[] = [];
  for (const index of training.order) counts[labels[index]!] = (counts[labels[index]!] ?? 0) + 1;
  const classes = Array.from(counts, (count = 0) => count);
  // A single unit tells two classes apart.
  const expected = Math.max(2, widthOf(heads[0]!), classes.length);
  if (wanted !== 'auto' && wanted.length !== expected) {
    throw new QgtError('usage', {
      where: '--class-weights',
      what: 'there are not as many weights as classes',
      got: wanted.length,
      expected,
      remedy: 'give one weight per class, in the order of the outputs',
    });
  }
  const weights = classes.map((count, label) =>
    wanted === 'auto' ? (count === 0 ? 0 : 1 / count) : wanted[label]!,
  );
  const total = classes.reduce((sum, count, label) => sum + count * weights[label]!, 0);
  return Float32Array.from(weights, (weight) => (weight * training.order.length) / total);
}

/** Reads the zeros and ones beside a single unit that decides; undefined for other values. */
async function readYesOrNo(
  { labels, count }: Dataset,
  [head]: readonly OutputHead[],
): Promise<ArrayLike<number> | undefined> {
  const isSingle = labels.kind === 'values' && labels.rows.length === 1 && sizeOf(head!.shape) === 1;
  if (!isSingle || head!.decision !== 'each') return undefined;
  return labels.rows[0]!.read(Array.from({ length: count }, (_, index) => index));
}
