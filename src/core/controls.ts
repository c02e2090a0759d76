import type { OnProgress } from './progress.js';

/** What a caller may hand over besides options: none of it changes the result. */
export interface RunControls {
  readonly onProgress?: OnProgress | undefined;
  /** Aborting ends the run with a QgtError `aborted`; nothing is written. */
  readonly signal?: AbortSignal | undefined;
}
