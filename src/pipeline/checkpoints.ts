import { z } from 'zod';
import {
  type CheckpointKind,
  type CheckpointMoment,
  type CheckpointSlot,
  type Checkpoints,
  type ErrorCode,
  type OnProgress,
  QgtError,
  unusableCheckpoint,
} from '../core/index.js';
import type { CheckpointFiles, KeptRun } from '../files/index.js';
import { checkIdentity } from './run-identity.js';

/** How often states are kept. */
export interface CheckpointPace {
  /** Milliseconds after which one is kept within a part of the work, such as an epoch. */
  readonly withinMs: number;
  /** Most that keeping states may take of the time; after a part that was shorter than that allows none is kept. */
  readonly maxShare: number;
}

export const USUAL_PACE: CheckpointPace = { withinMs: 5 * 60_000, maxShare: 0.05 };

const recordSchema = z.object({
  /** Milliseconds that the run had taken by then. */
  usedMs: z.number(),
  state: z.unknown(),
});

/** Settings by which a run keeps its states. */
export interface CheckpointOptions {
  readonly pace: CheckpointPace;
  /** When the run began, as `performance.now` tells it. */
  readonly startedAt: number;
  readonly onProgress: OnProgress;
}

/**
 * Takes the states of the interrupted run that this one goes on from, where there is one, and a place for its own.
 *
 * @returns Also when the run began, by a clock that stood still while it was interrupted.
 * @throws QgtError `usage` where the run is another one, `output` where a state is damaged.
 */
export async function openCheckpoints(
  files: CheckpointFiles,
  run: KeptRun,
  options: CheckpointOptions,
): Promise<{ readonly checkpoints: Checkpoints; readonly startedAt: number }> {
  const interrupted = await files.run();
  const note = interrupted === null ? null : checkIdentity(run.identity, interrupted.identity);
  if (note !== null) options.onProgress({ kind: 'note', text: note });
  const startedAt = options.startedAt - (await usedBefore(files));
  return { checkpoints: new RunCheckpoints(files, run, { ...options, startedAt }), startedAt };
}

const STOPPED_NOTE = 'stopped before a file was written; the same command with --resume goes on';

/** Errors after which a run may go on; one that goes on would only end by the others again. */
const PASSING: readonly ErrorCode[] = ['aborted', 'output', 'engine', 'not-found', 'bad-data', 'bad-module'];

/**
 * Runs the work of a run; its states are removed where it ends by an error that asks for another run, and spoken of where
 * it was stopped.
 *
 * @param isResumed  Whether it goes on from an interrupted run, whose states outlive any error: what got that run so far
 *   may be had again, such as the file that a metric of the user's own reads.
 */
export async function keepForResume<Result>(
  files: CheckpointFiles,
  { isResumed, onProgress }: { readonly isResumed: boolean; readonly onProgress: OnProgress },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof QgtError)) throw thrown;
    if (!isResumed && !PASSING.includes(thrown.code)) await files.remove();
    else if (thrown.code === 'aborted' && (await files.run()) !== null)
      onProgress({ kind: 'note', text: STOPPED_NOTE });
    throw thrown;
  }
}

/** Keeps the states of a run's work in its output folder. */
class RunCheckpoints implements Checkpoints {
  readonly #files: CheckpointFiles;
  readonly #run: KeptRun;
  readonly #options: CheckpointOptions;
  readonly #counts = { synthesis: 0, sensitivity: 0, training: 0, decision: 0 };
  #keptAt = performance.now();
  /** Milliseconds that it took to keep the last one. */
  #keepingMs = 0;
  #hasFailed = false;

  constructor(files: CheckpointFiles, run: KeptRun, options: CheckpointOptions) {
    this.#files = files;
    this.#run = run;
    this.#options = options;
  }

  next(kind: CheckpointKind): CheckpointSlot {
    const name = `${kind}-${this.#counts[kind]++}`;
    return {
      load: async () => (await readRecord(this.#files, name))?.state,
      isDue: (moment) => this.#isDue(moment),
      save: (state) => this.#save(name, state),
    };
  }

  #isDue(moment: CheckpointMoment): boolean {
    const { withinMs, maxShare } = this.#options.pace;
    const sinceMs = performance.now() - this.#keptAt;
    return moment === 'within a part' ? sinceMs >= withinMs : sinceMs * maxShare >= this.#keepingMs;
  }

  async #save(name: string, state: unknown): Promise<void> {
    const { startedAt, onProgress } = this.#options;
    const from = performance.now();
    const problem = await this.#files.write(name, { usedMs: from - startedAt, state }, this.#run);
    this.#keptAt = performance.now();
    this.#keepingMs = this.#keptAt - from;
    if (problem !== null && !this.#hasFailed)
      onProgress({ kind: 'warning', text: `no checkpoint could be written, the run goes on: ${problem}` });
    this.#hasFailed = problem !== null;
  }
}

/**
 * Reads every state of an interrupted run, so that a damaged one is found before the work begins.
 *
 * @returns Milliseconds that the run had taken.
 * @throws QgtError `output` for a damaged state.
 */
async function usedBefore(files: CheckpointFiles): Promise<number> {
  let most = 0;
  for (const name of await files.names()) most = Math.max(most, (await readRecord(files, name))?.usedMs ?? 0);
  return most;
}

async function readRecord(
  files: CheckpointFiles,
  name: string,
): Promise<z.output<typeof recordSchema> | undefined> {
  const found = await files.read(name);
  if (found === undefined) return undefined;
  const { data, error } = recordSchema.safeParse(found);
  if (data === undefined) throw unusableCheckpoint(name, 'the checkpoint is damaged', error);
  return data;
}
