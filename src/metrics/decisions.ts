import type { OutputHead } from './output-head.js';

/** Threshold of a yes, for a probability or a value that stands for one. */
export const HALF = 0.5;

/**
 * Checks each decision against the target.
 *
 * A row is right where its largest value stands at a largest value of the target; a target row of zeros is not
 * counted. Single values are right on the same side of 1/2 as the target.
 *
 * @param outputs  Probabilities, or the model's own values where they are not logits; row-major.
 * @returns 1 for right, 0 for wrong; null for rows that are not counted. One per row, or one per value.
 */
export function decisions(
  decision: NonNullable<OutputHead['decision']>,
  outputs: Float32Array,
  targets: Float32Array,
  width: number,
): (0 | 1 | null)[] {
  if (decision === 'each')
    return Array.from(outputs, (value, i) => (value >= HALF === targets[i]! >= HALF ? 1 : 0));
  return Array.from({ length: outputs.length / width }, (_, row) => {
    const target = targets.subarray(row * width, (row + 1) * width);
    const most = target[indexOfLargest(target)]!;
    if (most === 0 && target.every((value) => value === 0)) return null;
    return target[indexOfLargest(outputs.subarray(row * width, (row + 1) * width))] === most ? 1 : 0;
  });
}

/**
 * The class that each row decides for: the place of its largest value; for a value by itself, 1 from 1/2 on, else 0.
 *
 * @param outputs  As `decisions` takes them.
 */
export function decidedClasses(
  decision: NonNullable<OutputHead['decision']>,
  outputs: Float32Array,
  width: number,
): number[] {
  if (decision === 'each') return Array.from(outputs, (value) => Number(value >= HALF));
  return Array.from({ length: outputs.length / width }, (_, row) =>
    indexOfLargest(outputs.subarray(row * width, (row + 1) * width)),
  );
}

/** The place of the largest value, the first of several. */
export function indexOfLargest(row: ArrayLike<number>): number {
  let best = 0;
  for (let column = 1; column < row.length; column++) if (row[column]! > row[best]!) best = column;
  return best;
}
