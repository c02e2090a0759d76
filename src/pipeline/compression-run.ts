import type { OpenJob, TuningOptions } from '../compression/index.js';
import type { RunClock, StageControls } from '../core/index.js';
import type { OutputFolder } from '../files/index.js';
import type { ParsedOptions } from './parse-options.js';

/** Every option of `compress`, with nothing left open. */
type SettledOptions = Omit<ParsedOptions<'compress'>, 'resume'> & TuningOptions;

/** Everything that a compression needs, and its output folder. */
export interface CompressionRun extends OpenJob {
  /** The options as they were given. */
  readonly given: ParsedOptions<'compress'>;
  readonly options: SettledOptions;
  readonly output: OutputFolder;
  readonly startedAt: number;
  readonly controls: TimedControls;
}

/** Controls with the clock of the run. */
type TimedControls = StageControls & { readonly clock: RunClock };
