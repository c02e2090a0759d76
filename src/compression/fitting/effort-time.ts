import type { OnProgress } from '../../core/index.js';
import { formatDuration } from '../../report/index.js';
import { efforts, epochsOf } from '../../train/efforts.js';

/** Steps after which the time per step is reliable. */
const TIMED_STEPS = 10;

/**
 * Reports after a few timed steps how long the training will take, and how long other efforts would.
 *
 * @param hasData  Whether there is data, on which the epochs of an effort depend.
 */
export function announceTime(
  { epochs, maxTime }: { readonly epochs: number; readonly maxTime?: number | undefined },
  hasData: boolean,
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
      text: `training takes about ${formatDuration(event.remainingMs)} (${event.epochs} ${event.epochs === 1 ? 'epoch' : 'epochs'})${rest}`,
    });
  };
}
