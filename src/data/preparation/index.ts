import { augmentations as known } from '../augmentation/index.js';
import type { RowArray } from '../dataset.js';
import { type Preparation, prepare } from './prepare.js';
import { type PreparationThread, startThread } from './thread.js';

export type { Preparation } from './prepare.js';

/** Smallest number of values for which a worker thread pays: with fewer, sending takes longer than the work. */
const FEWEST_VALUES = 2 ** 17;

let thread: PreparationThread | null = null;

/**
 * Varies rows and brings them to the input range.
 *
 * Many rows are prepared in a worker thread as soon as there is one, while a training step holds the main thread; the
 * result is the same.
 *
 * @param rows  Whole rows; they must not be used afterwards.
 * @param into  An array that may hold the result; it must not be used afterwards either.
 */
export async function prepareRows(
  rows: RowArray,
  preparation: Preparation,
  into?: Float32Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>> {
  if (isWorthSending(rows, preparation)) {
    thread ??= startThread();
    if (thread.state() === 'ready') return thread.prepare(rows, preparation, into);
  }
  return prepare(rows, preparation, into);
}

function isWorthSending(rows: RowArray, { augmentations }: Preparation): boolean {
  // One of the caller's own can't be sent.
  return rows.length >= FEWEST_VALUES && augmentations.every((augmentation) => known.includes(augmentation));
}
