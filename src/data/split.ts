import { type Random, shuffledIndices } from '../core/index.js';
import type { Dataset } from './dataset.js';

/** Fewest samples that tell how far outputs are from others: about their mean, one alone is always 0. */
const MIN_HELD_OUT = 2;

/** Samples to train on and samples to measure with, by index, ascending; each sample is in one of them. */
export interface Split {
  readonly train: readonly number[];
  readonly heldOut: readonly number[];
}

/**
 * Holds a share of the samples out, the same for the same seed; of each class alike where classes are given.
 *
 * At least two samples are held out where as many are left, since one alone doesn't vary; of two or three one. None where
 * `share` is 0.
 *
 * @param share    0 to below 1.
 * @param classes  One class index a sample.
 */
export function splitDataset(
  count: number,
  share: number,
  random: Random,
  classes?: ArrayLike<number>,
): Split {
  const wanted =
    share === 0
      ? 0
      : Math.min(count - 1, Math.max(count < 2 * MIN_HELD_OUT ? 1 : MIN_HELD_OUT, Math.round(share * count)));
  const order = shuffledIndices(count, random);
  const heldOut = new Set<number>();
  const groups = [...byClass(order, classes).values()];
  const exact = groups.map((group) => (group.length * wanted) / count);
  const taken = exact.map(Math.floor);
  const byRemainder = groups
    .map((_, group) => group)
    .sort((a, b) => exact[b]! - taken[b]! - (exact[a]! - taken[a]!));
  let missing = wanted - taken.reduce((total, size) => total + size, 0);
  for (const group of byRemainder) if (missing-- > 0) taken[group]!++;
  for (const [group, members] of groups.entries()) {
    for (const index of members.slice(0, taken[group])) heldOut.add(index);
  }
  const all = Array.from({ length: count }, (_, index) => index);
  return {
    train: all.filter((index) => !heldOut.has(index)),
    heldOut: all.filter((index) => heldOut.has(index)),
  };
}

/** All class indices of a dataset; undefined where its labels are no classes. */
export async function readClasses({ labels, count }: Dataset): Promise<Int32Array | undefined> {
  if (labels.kind !== 'classes') return undefined;
  return Int32Array.from(await labels.rows.read(Array.from({ length: count }, (_, index) => index)));
}

function byClass(order: readonly number[], classes: ArrayLike<number> | undefined): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const index of order) {
    const label = classes?.[index] ?? 0;
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [index]);
    else group.push(index);
  }
  return groups;
}
