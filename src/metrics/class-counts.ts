import { indexOfLargest } from './decisions.js';
import type { OutputHead } from './output-head.js';

/** How many samples of a class there are, and how many of them were decided right. */
export interface ClassScore {
  readonly samples: number;
  readonly right: number;
}

/** Most classes for which scores are listed class by class; a longer table is of no use. */
const MAX_CLASSES = 1000;

/** Counts right decisions class by class. */
export class ClassCounts {
  readonly #samples: number[] = [];
  readonly #right: number[] = [];

  /** @param decided  Result of `decisions`, one per row. */
  add(
    { decision, shape }: OutputHead,
    decided: readonly (0 | 1 | null)[],
    target: Float32Array,
    width: number,
  ): void {
    const alone = decision === 'each' && width === 1 && shape.length === 1;
    if ((decision === 'each' && !alone) || width > MAX_CLASSES) return;
    for (const [row, right] of decided.entries()) {
      if (right === null) continue;
      const label = alone
        ? Number(target[row]! >= 0.5)
        : indexOfLargest(target.subarray(row * width, (row + 1) * width));
      this.#samples[label] = (this.#samples[label] ?? 0) + 1;
      this.#right[label] = (this.#right[label] ?? 0) + right;
    }
  }

  /** Scores in the order of the classes; null where nothing was counted. */
  scores(): ClassScore[] | null {
    if (this.#samples.length === 0) return null;
    return Array.from(this.#samples, (samples = 0, label) => ({ samples, right: this.#right[label] ?? 0 }));
  }
}
