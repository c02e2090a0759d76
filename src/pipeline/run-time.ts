import { RunClock } from '../core/index.js';

/** Clock of a run that `--max-time` may limit. */
export function clockOf(
  { maxTime }: { readonly maxTime?: number | undefined },
  startedAt: number,
  interruptedMs = 0,
): RunClock {
  return new RunClock({
    startedAt,
    interruptedMs,
    maxMs: maxTime === undefined ? undefined : 1000 * maxTime,
  });
}
