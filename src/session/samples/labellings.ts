import { type Dataset, numericOrder, reorderClasses } from '../../data/index.js';

/** One way to read the labels of the data; there are several where nothing says which is right. */
export interface Labelling {
  readonly dataset: Dataset;
  /** How the class names were sorted; null where the order was given, or can't be told apart by sorting. */
  readonly sorted: 'text' | 'numeric' | null;
}

/** The ways to read a dataset's labels, the usual one first. */
export function labellingsOf(dataset: Dataset): readonly Labelling[] {
  const names = namesSortedAsText(dataset);
  const numeric = numericOrder(names);
  if (numeric.every((name, index) => name === names[index])) return [{ dataset, sorted: null }];
  return [
    { dataset, sorted: 'text' },
    { dataset: reorderClasses(dataset, numeric), sorted: 'numeric' },
  ];
}

/** The names of the classes; undefined where labels are none, or bare numbers. */
export function classNamesOf({ labels }: Dataset): readonly string[] | undefined {
  return labels.kind === 'classes' ? labels.names : undefined;
}

const namesSortedAsText = ({ labels }: Dataset): readonly string[] =>
  labels.kind === 'classes' && labels.orderFrom === 'text' ? (labels.names ?? []) : [];
