import type { OnProgress } from '../../core/index.js';
import { formatDuration } from '../../report/index.js';
import { efforts, epochsOf } from '../../train/efforts.js';

/** Steps after which the time per step is reliable. */
const TIMED_STEPS = 10;

/** How many times as long a step takes on the embedded engine: 7.4 by `qgt doctor` on a busy machine; models differ. */
const EMBEDDED_SLOWNESS = 7;
/** A wait that makes `qgt setup` worth while. */
const LONG_MS = 180_000;

/** Tells what the native engine would save, where there is none and it would save much; empty else. */
const nativeTime = (ms: number, isFallback: boolean): string =>
  isFallback && ms > LONG_MS
    ? `; on the native engine about ${formatDuration(ms / EMBEDDED_SLOWNESS)}: stop, run \`qgt setup\`, and start again`
    : '';

/**
 * Reports after a few timed steps how long the training will take, and how long other efforts would.
 *
 * @param run  Whether there is data, on which the epochs of an effort depend, and whether the embedded engine is in use
 *   because the native one doesn't work.
 */
export function announceTime(
  { epochs, maxTime }: { readonly epochs: number; readonly maxTime?: number | undefined },
  { hasData, isFallback }: { readonly hasData: boolean; readonly isFallback: boolean },
  onProgress: OnProgress,
): OnProgress {
  return (event) => {
    onProgress(event);
    // A training that short is already over.
    if (event.kind !== 'step' || event.step !== TIMED_STEPS || event.steps === TIMED_STEPS) return;
    const epochMs = (event.remainingMs / (event.steps - event.step)) * (event.steps / event.epochs);
    const others = efforts.filter((effort) => epochsOf(effort, hasData) !== epochs);
    const times = others.map(
      (effort) => `${effort.name} ${formatDuration(epochMs * epochsOf(effort, hasData))}`,
    );
    // --max-time would also end the longer efforts early.
    const rest = maxTime === undefined ? `; by --effort: ${times.join(', ')}` : '';
    onProgress({
      kind: 'note',
      text: `training takes about ${formatDuration(event.remainingMs)} (${event.epochs} ${event.epochs === 1 ? 'epoch' : 'epochs'})${rest}${nativeTime(event.remainingMs, isFallback)}`,
    });
  };
}
