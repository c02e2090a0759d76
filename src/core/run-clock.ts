/** Start, length and clock of a run; times in milliseconds. */
interface RunTime {
  /** By the same clock as `now`. */
  readonly startedAt: number;
  /** Left out: no limit. */
  readonly maxMs?: number | undefined;
  /** Part of it before the run was interrupted and gone on with; left out: it was not. */
  readonly interruptedMs?: number | undefined;
  readonly now?: () => number;
}

/** Share of the limit, and milliseconds, by which a run may be longer: the larger counts. */
const TOLERANCE = { share: 0.1, ms: 10_000 };
const GRACE_SHARE = 0.25;

/** The time of a whole run: what is left of it, what must be kept for its end, and what was left out for want of it. */
export class RunClock {
  readonly #startedAt: number;
  readonly #maxMs: number;
  readonly #now: () => number;
  /** Part of the time before the run was interrupted; 0: it was not. */
  readonly interruptedMs: number;
  readonly #leftOut = new Set<string>();
  readonly #notes: string[] = [];
  #reservedMs = 0;
  /** Milliseconds for scoring a sample with two models, as measured in this run; 0: not measured yet. */
  sampleMs = 0;
  /** Milliseconds for what has to come after work that can be left out, as far as that is known. */
  owedMs = 0;

  constructor({
    startedAt,
    maxMs = Number.POSITIVE_INFINITY,
    interruptedMs = 0,
    now = () => performance.now(),
  }: RunTime) {
    this.interruptedMs = interruptedMs;
    this.#startedAt = startedAt;
    this.#maxMs = maxMs;
    this.#now = now;
  }

  get isLimited(): boolean {
    return this.#maxMs !== Number.POSITIVE_INFINITY;
  }

  get maxMs(): number {
    return this.#maxMs;
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedAt;
  }

  /** Time until the limit; infinite where there is none, 0 where it is past. */
  get leftMs(): number {
    return Math.max(0, this.#maxMs - this.elapsedMs);
  }

  /** The same without what is kept for the end of the run. */
  get trainingMs(): number {
    return Math.max(0, this.leftMs - this.#reservedMs);
  }

  /** Part of the time by which the run may be longer than its limit, for a training; the rest is for what follows it. */
  get graceMs(): number {
    return this.isLimited ? GRACE_SHARE * Math.max(TOLERANCE.share * this.#maxMs, TOLERANCE.ms) : 0;
  }

  /** Keeps time for what must come after all trainings. */
  reserve(ms: number): void {
    this.#reservedMs = ms;
  }

  /** Times work by this clock. */
  async time(work: () => Promise<unknown>): Promise<number> {
    const from = this.#now();
    await work();
    return this.#now() - from;
  }

  /**
   * Whether there is time for work that can be left out; where there is none, the notes say what was left out.
   *
   * @param ms  Time that it will take, as far as that is known.
   */
  allows(work: string, ms = 0): boolean {
    if (this.leftMs - this.owedMs > ms) return true;
    this.#leftOut.add(work);
    return false;
  }

  /**
   * Runs work before a training, of which all that can be left out may take no more than a share of the time for trainings.
   */
  async within<Result>(share: number, work: () => Promise<Result>): Promise<Result> {
    const { owedMs } = this;
    if (this.isLimited) this.owedMs = Math.max(owedMs, this.leftMs - share * this.trainingMs);
    try {
      return await work();
    } finally {
      this.owedMs = owedMs;
    }
  }

  /** Notes that work was left out which the caller found no time for. */
  leaveOut(work: string): void {
    this.#leftOut.add(work);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  /** Notes for the report. */
  get notes(): readonly string[] {
    const left =
      this.#leftOut.size === 0
        ? []
        : [`left out, since --max-time left no time for it: ${[...this.#leftOut].join('; ')}`];
    return [...this.#notes, ...left];
  }
}

/** Clock of work without a limit. */
export const UNLIMITED = new RunClock({ startedAt: 0 });
