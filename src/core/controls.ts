import type { OnProgress } from './progress.js';

/** Output folder of a run. */
export interface RunOutput {
  readonly folder: string;
  /** Topmost folder on the way to it that the run has made; left out: it was all there. */
  readonly made?: string | undefined;
}

/** Callback that receives the output folder of a run once it is the run's own. */
export type OnOutput = (output: RunOutput) => void;

/** Progress callback, abort signals and start of a run. */
export interface RunControls {
  readonly onProgress?: OnProgress | undefined;
  /** Start of the run by `performance.now()`, from which its time is counted; left out: the call. 0: the start of the process. */
  readonly startedAt?: number | undefined;
  /** Aborting ends the run with a QgtError `aborted`; nothing is written but what `resume` goes on from. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Aborting ends a training after its step: what is trained by then is packed and written. While nothing is trained yet it
   * ends the run as `signal` does; after the training it ends the measuring, and the finished file is written.
   */
  readonly stopEarly?: AbortSignal | undefined;
  /** Hears of the output folder before anything is written to it. */
  readonly onOutput?: OnOutput | undefined;
}

/** Controls of work other than the training that counts: either signal ends it. */
export function endedByEither<Controls extends RunControls>(controls: Controls): Controls {
  const { stopEarly, signal } = controls;
  const signals = [signal, stopEarly].filter((each) => each !== undefined);
  return { ...controls, stopEarly: undefined, signal: AbortSignal.any(signals) };
}
