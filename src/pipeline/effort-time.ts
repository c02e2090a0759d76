import type { OnProgress } from '../core/index.js';
import { formatDuration } from '../report/index.js';
import { efforts } from '../train/efforts.js';

/** Steps after which the time of one is believed. */
const TIMED_STEPS = 10;

/**
 * Says, as soon as a few steps were timed, how long the training will take, and how long other efforts would.
 *
 * @param epochs     Of this training.
 * @param isLimited  Whether `--max-time` ends it, so that other efforts would take no longer.
 */
export function announceTime(epochs: number, isLimited: boolean, onProgress: OnProgress): OnProgress {
  return (event) => {
    onProgress(event);
    if (event.kind !== 'step' || event.step !== TIMED_STEPS) return;
    const epochMs = (event.remainingMs / (event.steps - event.step)) * (event.steps / event.epochs);
    const others = efforts.filter((effort) => effort.epochs !== epochs);
    const times = others.map((effort) => `${effort.name} ${formatDuration(epochMs * effort.epochs)}`);
    const rest = isLimited ? '' : `; by --effort: ${times.join(', ')}`;
    onProgress({
      kind: 'note',
      text: `training takes about ${formatDuration(event.remainingMs)} (${epochs} epochs)${rest}`,
    });
  };
}
