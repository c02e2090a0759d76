import type { OnProgress } from '../../core/index.js';
import { formatDuration } from '../../report/index.js';
import { type Effort, efforts } from '../../train/efforts.js';

/** Steps after which the time per step is reliable. */
const TIMED_STEPS = 10;

/** How many times as long a step takes on the embedded engine: 7.4 by `qgt doctor` on a busy machine; models differ. */
const EMBEDDED_SLOWNESS = 7;
/** A wait that makes `qgt setup` worth while. */
const LONG_MS = 180_000;

/** Hint at the time that the native engine would take for a training on the embedded one; null where that saves little. */
const nativeHint = (embeddedMs: number): string | null =>
  embeddedMs > LONG_MS
    ? `on the native engine about ${formatDuration(embeddedMs / EMBEDDED_SLOWNESS)}: stop, run \`qgt setup\`, and start again`
    : null;

/** The same as a note before a training starts, beside the time that it is expected to take. */
export function hintBefore(expectedMs: number): string | null {
  const hint = nativeHint(expectedMs);
  return hint && `training will take about ${formatDuration(expectedMs)} on the embedded engine; ${hint}`;
}

/**
 * Reports after a few timed steps how long the training will take, and how long other efforts would.
 *
 * @param run  The epochs that an effort has in it, and whether what the native engine would save
 *   is worth a word: the embedded one is in use because the native one doesn't work, and it was not said before.
 */
export function announceTime(
  { epochs, maxTime }: { readonly epochs: number; readonly maxTime?: number | undefined },
  { epochsOf, hints }: { epochsOf(effort: Effort['name']): number; readonly hints: boolean },
  onProgress: OnProgress,
): OnProgress {
  return (event) => {
    onProgress(event);
    // A training that short is already over.
    if (event.kind !== 'step' || event.step !== TIMED_STEPS || event.steps === TIMED_STEPS) return;
    const epochMs = (event.remainingMs / (event.steps - event.step)) * (event.steps / event.epochs);
    const all = efforts.map((effort) => ({
      name: effort.name,
      epochs: epochsOf(effort.name),
    }));
    const others = all.filter((effort) => effort.epochs !== epochs);
    const times = others.map((effort) => `${effort.name} ${formatDuration(epochMs * effort.epochs)}`);
    // --max-time would also end the longer efforts early.
    const rest = maxTime === undefined ? `; by --effort: ${times.join(', ')}` : '';
    const hint = hints ? nativeHint(event.remainingMs) : null;
    onProgress({
      kind: 'note',
      text: `training takes about ${formatDuration(event.remainingMs)} (${event.epochs} ${event.epochs === 1 ? 'epoch' : 'epochs'})${rest}${hint === null ? '' : `; ${hint}`}`,
    });
  };
}
