import { z } from 'zod';

/** The first steps are recorded and checked; the time of one is taken of those between. */
const SET_UP_STEPS = 3;
const TIMED_STEPS = 8;

/** Time limit for inventing inputs: with fewer batches and steps where the time is too short for all. */
export interface TimeLimit {
  readonly maxMs: number;
  /** Number of batches that are made even if the time is up. */
  readonly leastBatches: number;
  /** Milliseconds left for the whole run; left out: no more than `maxMs` is known. */
  readonly runMs?: number | undefined;
}

/** State of a pace; times in milliseconds. */
export const paceStateSchema = z.object({
  usedMs: z.number(),
  setUpMs: z.number(),
  decided: z.number().nullable(),
});

type PaceState = z.output<typeof paceStateSchema>;

/** Number of steps for each batch, and whether there is time for another batch. */
export interface Pace {
  steps(done: number): number;
  hasTimeFor(nextBatch: number): boolean;
  /** Milliseconds that the fewest batches take, and so many others; null where the time of a step isn't known. */
  leastMs(others: { readonly batches: number; readonly stepsShare: number }): number | null;
  state(): PaceState;
}

/**
 * Without a limit, all steps and all batches, unless a run that is gone on with had decided on fewer steps. With one, the time of a step is taken once, in the first batch, and decides
 * the steps of every batch, so that two numbers record everything that depended on the clock.
 *
 * @param before  State to go on from, that of an interrupted run for example.
 */
export function createPace(
  { steps, limit }: { readonly steps: number; readonly limit?: TimeLimit | undefined },
  before: PaceState,
): Pace {
  const startedAt = performance.now() - before.usedMs;
  const elapsedMs = () => performance.now() - startedAt;
  let { setUpMs, decided } = before;
  let stepMs: number | null = null;
  const fewest = Math.min(steps, TIMED_STEPS);
  const state = () => ({ usedMs: elapsedMs(), setUpMs, decided });
  if (limit === undefined)
    return { steps: () => decided ?? steps, hasTimeFor: () => true, leastMs: () => null, state };
  const { maxMs, leastBatches } = limit;
  return {
    steps: (done) => {
      if (decided !== null) return decided;
      if (done === SET_UP_STEPS) setUpMs = elapsedMs();
      if (done <= SET_UP_STEPS) return steps;
      stepMs = (elapsedMs() - setUpMs) / (done - SET_UP_STEPS);
      if (done < TIMED_STEPS) return steps;
      const affordable = Math.floor((maxMs - setUpMs) / leastBatches / stepMs);
      decided = Math.min(steps, Math.max(TIMED_STEPS, affordable));
      return decided;
    },
    /** Another batch takes as long as those before took on average. */
    hasTimeFor: (batch) => batch < leastBatches || elapsedMs() * (1 + 1 / batch) <= maxMs,
    leastMs: ({ batches, stepsShare }) =>
      stepMs && stepMs * (leastBatches * fewest + batches * Math.ceil(stepsShare * fewest)),
    state,
  };
}
