import { z } from 'zod';
import type { Schedule } from './schedule.js';

/** The first steps are recorded, checked and measured, and take longer than all that follow. */
const SET_UP_STEPS = 3;
/** Steps after which the time per step is reliable: a training has that many, however short the time is. */
export const TIMED_STEPS = 6;

const NOT_REPEATED = '; no option repeats that';

/** Limits on the length of a training; an absent one sets no limit. */
export interface Limits {
  /** Milliseconds for all steps together, and for what the training does besides. */
  readonly maxMs?: number | undefined;
  /** Milliseconds by which steps that turn out slower may exceed that before the training ends midway. */
  readonly graceMs?: number | undefined;
  /** Milliseconds for scoring a state, after each epoch. */
  readonly scoringMs?: number | undefined;
  /** Work after the last step, in steps that take as long; it is done twice where an earlier epoch is the best. */
  readonly closingSteps?: number | undefined;
  /** Steps in all. */
  readonly maxSteps?: number | undefined;
  /** Options that a training needs to be repeated, besides that of its steps; left out: none. */
  readonly repeatedWith?: readonly string[] | undefined;
  /** Whether the run trains several times, to which `maxSteps` applies alike; left out: once. */
  readonly isOneOfSeveral?: boolean | undefined;
}

/** State of a budget; times in milliseconds since it began. */
export const budgetStateSchema = z.object({
  usedMs: z.number(),
  setUpMs: z.number(),
  repeatedBy: z.int().nullable(),
  isDecided: z.boolean(),
});

type BudgetState = z.output<typeof budgetStateSchema>;

/** The time for a training, counted from construction: measures the steps, and fits their number into it. */
export class TimeBudget {
  #maxMs: number;
  readonly #maxSteps: number;
  readonly #graceMs: number;
  readonly #scoringMs: number;
  readonly #closingSteps: number;
  readonly #isOneOfSeveral: boolean;
  readonly #repeatedWith: readonly string[];
  #startedAt = performance.now();
  #setUpAt = 0;
  #repeatedBy: number | null = null;
  #isDecided = false;

  constructor(limits: Limits = {}) {
    this.#maxMs = limits.maxMs ?? Number.POSITIVE_INFINITY;
    this.#maxSteps = limits.maxSteps ?? Number.POSITIVE_INFINITY;
    this.#graceMs = limits.graceMs ?? 0;
    this.#scoringMs = limits.scoringMs ?? 0;
    this.#closingSteps = limits.closingSteps ?? 0;
    this.#isOneOfSeveral = limits.isOneOfSeveral ?? false;
    this.#repeatedWith = limits.repeatedWith ?? [];
  }

  /** Limit of steps that repeats this training; null where time did not shorten it, or ended it midway, or it isn't the only one. */
  get repeatedBy(): number | null {
    return this.#repeatedBy;
  }

  /**
   * Shortens the schedule to the steps that there is time for; call it after each step.
   *
   * It does so once when the time per step is known, in a training that goes on with its first limit at once, and again if
   * the time runs out all the same.
   *
   * @returns Why it was shortened; null where it was not.
   */
  check(schedule: Schedule): string | null {
    const { done, stepsPerEpoch, plannedEpochs } = schedule;
    const now = performance.now();
    if (done === SET_UP_STEPS) this.#setUpAt = now;
    // When time would shorten it too, so that the rates until then are the same.
    if (done === Math.min(TIMED_STEPS, this.#maxSteps) && this.#maxSteps < schedule.total)
      schedule.shorten(this.#maxSteps);
    const { total } = schedule;
    if (this.#maxMs === Number.POSITIVE_INFINITY || done < TIMED_STEPS || done >= total) return null;
    const stepMs = this.#stepMs(done);
    const seconds = Math.round(this.#maxMs / 1000);
    // A setback takes the training back over these steps, a training that goes on may have got its limit after them.
    const isRepeatable = done === TIMED_STEPS && !this.#isDecided && !this.#isOneOfSeveral;
    const leftMs = this.#maxMs - (now - this.#startedAt) - this.#closingSteps * stepMs - this.#scoringMs;
    if (leftMs < (this.#isDecided ? -this.#graceMs : 0)) {
      schedule.shorten(done);
      this.#repeatedBy = isRepeatable ? done : null;
      const repeat = isRepeatable ? '' : NOT_REPEATED;
      return `stopped after ${done} of ${total} steps: the ${seconds} s that --max-time left for training were used up${repeat}`;
    }
    if (this.#isDecided) return null;
    this.#isDecided = true;
    const fitting = this.#fitting(schedule, leftMs, stepMs);
    if (fitting >= total) return null;
    schedule.shorten(fitting);
    this.#repeatedBy = isRepeatable ? fitting : null;
    return (
      `time for ${(fitting / stepsPerEpoch).toFixed(1)} of ${plannedEpochs} epochs in the ${seconds} s that --max-time ` +
      `left for training, at ${stepMs.toFixed(0)} ms a step${isRepeatable ? '' : NOT_REPEATED}`
    );
  }

  /** How to have a training again that was shortened, or a longer one, once it is over; null: there is nothing to say. */
  get advice(): string | null {
    if (this.#repeatedBy === null) return null;
    const options = [`--max-steps ${this.#repeatedBy}`, ...this.#repeatedWith].join(' ');
    return `${options} repeats this training, a new run with a higher --max-time trains longer`;
  }

  /** Milliseconds for the remaining steps at the speed so far; 0 before that is known. */
  remainingMs({ done, total }: Schedule): number {
    return done <= SET_UP_STEPS ? 0 : this.#stepMs(done) * (total - done);
  }

  state(): BudgetState {
    return {
      usedMs: performance.now() - this.#startedAt,
      setUpMs: this.#setUpAt - this.#startedAt,
      repeatedBy: this.#repeatedBy,
      isDecided: this.#isDecided,
    };
  }

  /** Goes on with the time that is left now, beside what was used before; a decision on the number of steps stands. */
  resume({ usedMs, setUpMs, repeatedBy, isDecided }: BudgetState): void {
    this.#startedAt = performance.now() - usedMs;
    this.#maxMs += usedMs;
    this.#setUpAt = this.#startedAt + setUpMs;
    this.#repeatedBy = repeatedBy;
    this.#isDecided = isDecided;
  }

  /** Steps in all that fit into the time left; each has its part of the scoring after an epoch. */
  #fitting({ done, stepsPerEpoch }: Schedule, leftMs: number, stepMs: number): number {
    const within = (ms: number) => done + Math.floor(ms / (stepMs + this.#scoringMs / stepsPerEpoch));
    const once = within(leftMs);
    if (once <= stepsPerEpoch) return once;
    // Of several epochs an earlier one may be the best: it is closed and scored once more.
    const again = this.#closingSteps * stepMs + 2 * this.#scoringMs;
    return Math.max(stepsPerEpoch, within(Math.max(0, leftMs - again)));
  }

  #stepMs(done: number): number {
    return (performance.now() - this.#setUpAt) / (done - SET_UP_STEPS);
  }
}
