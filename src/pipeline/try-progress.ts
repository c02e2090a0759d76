import { type OnProgress, silent } from '../core/index.js';

/**
 * Callback for a training that only tells what would be gained. What it notes and warns of, such as that its time is short,
 * is true of that training alone, and of a limit that is not `--max-time`.
 */
export const progressOfTry =
  (onProgress: OnProgress = silent): OnProgress =>
  (event) => {
    if (event.kind !== 'warning' && event.kind !== 'note') onProgress(event);
  };

/** Why `--try` trained nothing. */
export const untriedNote = (why: string) =>
  ({ kind: 'note', text: `--try: nothing was trained, since ${why}` }) as const;

export const NOTHING_LOST = 'less than a point is lost';
export const NOTHING_TO_TRY = 'there is no training that may help';
