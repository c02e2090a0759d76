import { RunClock } from '../core/index.js';

/** Clock of a run that `--max-time` may limit. */
export function clockOf({ maxTime }: { readonly maxTime?: number | undefined }, startedAt: number): RunClock {
  return new RunClock({ startedAt, maxMs: maxTime === undefined ? undefined : 1000 * maxTime });
}
