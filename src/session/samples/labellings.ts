import { QgtError } from '../../core/index.js';
import { type Dataset, numericOrder, reorderClasses } from '../../data/index.js';

/** One way to read the labels of the data; there are several where nothing says which is right. */
export interface Labelling {
  readonly dataset: Dataset;
  /** How the class names were sorted; null where the order was given, or can't be told apart by sorting. */
  readonly sorted: 'text' | 'numeric' | null;
}

/**
 * The ways to read the labels at a path, the usual one first.
 *
 * @param columns  Columns that may be the label, likeliest first; empty where the data is no such table.
 * @param open     Reads the data with that column as label.
 * @throws QgtError as the first column's, where the data fits the model by none of them.
 */
export async function openLabellings(
  columns: readonly string[],
  open: (labelColumn: string | undefined) => Promise<Dataset>,
): Promise<readonly Labelling[]> {
  if (columns.length < 2) return ordersOf(await open(columns[0]));
  const labellings: Labelling[] = [];
  const refusals: QgtError[] = [];
  for (const column of columns) {
    try {
      labellings.push(...ordersOf(await open(column)));
    } catch (thrown) {
      if (!(thrown instanceof QgtError) || thrown.code !== 'bad-data') throw thrown;
      refusals.push(thrown);
    }
  }
  if (labellings.length === 0) throw refusals[0]!;
  return labellings;
}

/** The names of the classes; undefined where labels are none, or bare numbers. */
export function classNamesOf({ labels }: Dataset): readonly string[] | undefined {
  return labels.kind === 'classes' ? labels.names : undefined;
}

/** `'dog'`, or its number where it has no name. */
export function className(label: number, dataset: Dataset): string {
  const name = classNamesOf(dataset)?.[label];
  return name === undefined ? String(label) : `'${name}'`;
}

function ordersOf(dataset: Dataset): readonly Labelling[] {
  const names = namesSortedAsText(dataset);
  const numeric = numericOrder(names);
  if (numeric.every((name, index) => name === names[index])) return [{ dataset, sorted: null }];
  return [
    { dataset, sorted: 'text' },
    { dataset: reorderClasses(dataset, numeric), sorted: 'numeric' },
  ];
}

const namesSortedAsText = ({ labels }: Dataset): readonly string[] =>
  labels.kind === 'classes' && labels.orderFrom === 'text' ? (labels.names ?? []) : [];
