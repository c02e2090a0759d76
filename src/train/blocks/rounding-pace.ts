/** Steps of a block after which their time is measured, since the first ones set kernels up, and those that are timed. */
const UNTIMED = 10;
const TIMED = 20;

/** How long rounding is learned. */
export interface RoundingLength {
  /** Steps of each block, and the least that are of use. */
  readonly steps: number;
  readonly leastSteps: number;
  /** Left out: no limit. */
  readonly maxMs?: number | undefined;
}

/** The steps of each block: as many as are wanted, or as there is time for by the first ones. */
export class RoundingPace {
  readonly #least: number;
  readonly #maxMs: number;
  readonly #blocks: number;
  readonly #now: () => number;
  #steps: number;
  #done = 0;
  #timedFrom = 0;

  constructor(
    { steps, leastSteps, maxMs = Number.POSITIVE_INFINITY }: RoundingLength,
    blocks: number,
    now = () => performance.now(),
  ) {
    this.#steps = steps;
    this.#least = leastSteps;
    this.#maxMs = maxMs;
    this.#blocks = blocks;
    this.#now = now;
  }

  /** Steps of each block. */
  get steps(): number {
    return this.#steps;
  }

  /** Steps of all blocks. */
  get total(): number {
    return this.#steps * this.#blocks;
  }

  /** Steps that were taken. */
  get done(): number {
    return this.#done;
  }

  /** Whether so many steps as are of use fit into the time, as far as it is known by now. */
  get isEnough(): boolean {
    return this.#steps >= this.#least;
  }

  /** Counts a step. */
  count(): void {
    this.#done++;
    if (this.#maxMs === Number.POSITIVE_INFINITY) return;
    if (this.#done === UNTIMED) this.#timedFrom = this.#now();
    if (this.#done !== UNTIMED + TIMED) return;
    const stepMs = (this.#now() - this.#timedFrom) / TIMED;
    this.#steps = Math.min(this.#steps, Math.floor(this.#maxMs / (stepMs * this.#blocks)));
  }
}
