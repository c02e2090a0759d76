import type { OnProgress } from './progress.js';

/** Progress callback and abort signal of a run; neither changes the result. */
export interface RunControls {
  readonly onProgress?: OnProgress | undefined;
  /** Aborting ends the run with a QgtError `aborted`; nothing is written. */
  readonly signal?: AbortSignal | undefined;
}
