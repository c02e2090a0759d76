import type { Dataset, OrderSource, ReadOptions } from './dataset.js';

/** Class names in the order of the model's outputs, and what gave that order. */
export interface ClassOrder {
  readonly names: readonly string[];
  readonly from: OrderSource;
}

/**
 * The order of the classes that a dataset names: as the options have it, as the model's own list has it where that
 * holds all of them, or else sorted.
 */
export function classOrder(
  found: readonly string[],
  { classes, modelClasses }: Pick<ReadOptions, 'classes' | 'modelClasses'>,
): ClassOrder {
  if (classes !== undefined) return { names: classes, from: 'options' };
  if (modelClasses !== undefined && found.every((name) => modelClasses.includes(name)))
    return { names: modelClasses, from: 'model' };
  return { names: found.toSorted(), from: 'text' };
}

/** Sorts names as text, but with digits compared as the numbers that they make: `2` before `10`, `c9` before `c10`. */
export function numericOrder(names: readonly string[]): string[] {
  const parted = names.toSorted().map((name) => ({ name, parts: name.split(/(\d+)/) }));
  return parted.sort((a, b) => compareParts(a.parts, b.parts)).map(({ name }) => name);
}

/** The same samples with their classes in another order. */
export function reorderClasses(dataset: Dataset, names: readonly string[]): Dataset {
  const { labels } = dataset;
  if (labels.kind !== 'classes' || labels.names === undefined) return dataset;
  const { rows } = labels;
  const places = labels.names.map((name) => names.indexOf(name));
  const read = async (indices: readonly number[]) =>
    Int32Array.from(await rows.read(indices), (place) => places[place]!);
  return { ...dataset, labels: { ...labels, rows: { ...rows, read }, names } };
}

/** Texts at even places, digits at odd ones, as `split` leaves them. */
function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let place = 0; place < Math.min(a.length, b.length); place++) {
    const [left, right] = [a[place]!, b[place]!];
    const difference = place % 2 === 1 ? compareDigits(left, right) : compareText(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** By length first, so that no number is too large. */
function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareText(left, right);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
