import { HALF, indexOfLargest } from './decisions.js';
import type { OutputHead } from './output-head.js';

/** Classes that a model decides for, and how sure it is of them. */
export interface AnswerSummary {
  /** How many classes there are to decide between. */
  readonly classes: number;
  /** How many of them were an answer. */
  readonly given: number;
  /** Share of all answers that the commonest has. */
  readonly commonest: number;
  /** Share of the answers whose probability is nearly 1. */
  readonly saturated: number;
}

/** Probability from which on an answer counts as saturated: its logit is 7 above all others together. */
const SATURATED = 0.999;

/** The class that a row decides for, and its probability. */
export interface Answer {
  readonly answer: number;
  readonly certainty: number;
}

/** Whether an answer's probability is nearly 1. */
export const isSaturated = ({ certainty }: Answer): boolean => certainty >= SATURATED;

/** Counts a model's answers; nothing where an output decides several things at a time, or nothing. */
export class AnswerCounts {
  readonly #head: OutputHead;
  readonly #counts = new Map<number, number>();
  #saturated = 0;
  #rows = 0;
  #classes = 0;

  constructor(head: OutputHead) {
    this.#head = head;
  }

  /** @param shares  Probabilities, or the model's own values; row-major. */
  add(shares: Float32Array, width: number): void {
    if (this.#head.decision === null || (this.#head.decision === 'each' && width > 1)) return;
    this.#classes = Math.max(2, width);
    for (let start = 0; start < shares.length; start += width) {
      const row = shares.subarray(start, start + width);
      const answered = answerOf(row);
      this.#counts.set(answered.answer, (this.#counts.get(answered.answer) ?? 0) + 1);
      if (isSaturated(answered)) this.#saturated++;
      this.#rows++;
    }
  }

  /** null where nothing was counted. */
  summary(): AnswerSummary | null {
    if (this.#rows === 0) return null;
    return {
      classes: this.#classes,
      given: this.#counts.size,
      commonest: Math.max(...this.#counts.values()) / this.#rows,
      saturated: this.#saturated / this.#rows,
    };
  }
}

/**
 * The answer that one row of probabilities is; a value by itself stands for yes and no.
 */
export function answerOf(row: Float32Array): Answer {
  if (row.length > 1) {
    const answer = indexOfLargest(row);
    return { answer, certainty: row[answer]! };
  }
  const yes = row[0]!;
  return yes >= HALF ? { answer: 1, certainty: yes } : { answer: 0, certainty: 1 - yes };
}
