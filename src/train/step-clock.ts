/** The first steps are recorded, checked and measured, and take longer than all that follow. */
const SET_UP_STEPS = 3;
/** Steps after which the time of one is believed. */
const TIMED_STEPS = 6;

/** A schedule that was cut short, and why. */
export interface Shortening {
  readonly total: number;
  readonly stepMs: number;
  readonly reason: 'measured' | 'reached';
}

/** Watches how long steps take, and fits their number into the time there is. */
export class StepClock {
  readonly #maxMs: number;
  readonly #startedAt = performance.now();
  #setUpAt = 0;

  /** @param maxMs  Milliseconds for all steps together; none: as long as it takes. */
  constructor(maxMs = Number.POSITIVE_INFINITY) {
    this.#maxMs = maxMs;
  }

  /**
   * To be called after each step.
   *
   * @returns The new number of steps, once, when it is known how long one takes, or when the time is used up after all.
   */
  tick(done: number, total: number): Shortening | null {
    const now = performance.now();
    if (done === SET_UP_STEPS) this.#setUpAt = now;
    if (this.#maxMs === Number.POSITIVE_INFINITY || done < TIMED_STEPS || done >= total) return null;
    const stepMs = this.#stepMs(done);
    if (now - this.#startedAt > this.#maxMs) return { total: done, stepMs, reason: 'reached' };
    if (done > TIMED_STEPS) return null;
    const fitting = done + Math.floor((this.#maxMs - (now - this.#startedAt)) / stepMs);
    return fitting < total ? { total: fitting, stepMs, reason: 'measured' } : null;
  }

  /** Milliseconds that the rest takes at the speed so far; 0 before that is known. */
  remainingMs(done: number, total: number): number {
    return done <= SET_UP_STEPS ? 0 : this.#stepMs(done) * (total - done);
  }

  #stepMs(done: number): number {
    return (performance.now() - this.#setUpAt) / (done - SET_UP_STEPS);
  }
}
