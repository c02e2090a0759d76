/** Steps of a block after which their time is measured, since the first ones set kernels up, and those that are timed. */
const UNTIMED = 10;
const TIMED = 20;

/** How long rounding is learned. */
export interface RoundingLength {
  /** Steps of each block. */
  readonly steps: number;
  /** Time for all of them, in milliseconds; left out: no limit. */
  readonly maxMs?: number | undefined;
}

/** Counts the steps of all blocks, and tells when they will not fit into the time: then nothing is learned. */
export class RoundingPace {
  /** Steps of each block. */
  readonly steps: number;
  readonly #maxMs: number;
  readonly #blocks: number;
  readonly #now: () => number;
  readonly #startedAt: number;
  #done = 0;
  #timedFrom = 0;
  #isInTime = true;

  /** @param blocks  Those that learn. */
  constructor(
    { steps, maxMs = Number.POSITIVE_INFINITY }: RoundingLength,
    blocks: number,
    now = () => performance.now(),
  ) {
    this.steps = steps;
    this.#maxMs = maxMs;
    this.#blocks = blocks;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Steps of all blocks. */
  get total(): number {
    return this.steps * this.#blocks;
  }

  /** Steps that were taken. */
  get done(): number {
    return this.#done;
  }

  /** Whether all of them fit into the time, as far as it is known by now. */
  get isInTime(): boolean {
    return this.#isInTime;
  }

  /** Counts a step. The blocks that are left are taken to need as much time for each as this one. */
  count(): void {
    const ofBlock = (this.#done++ % this.steps) + 1;
    const now = this.#now();
    if (ofBlock === UNTIMED) this.#timedFrom = now;
    const stepMs = ofBlock === UNTIMED + TIMED ? (now - this.#timedFrom) / TIMED : 0;
    const neededMs = now - this.#startedAt + stepMs * (this.total - this.#done);
    if (neededMs > this.#maxMs) this.#isInTime = false;
  }
}
