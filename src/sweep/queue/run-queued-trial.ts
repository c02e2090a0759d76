import type { Redis } from 'ioredis';
import type { TrialResult } from '../result.js';
import { runClaimed } from '../run-claimed.js';
import type { TrialControls } from '../run-trial.js';
import { placesOf, readResult, removeResult } from '../sweep-folder.js';
import type { FetchedInputs } from './fetched-inputs.js';
import { sendFiles } from './made-files.js';
import { queueIdOf } from './queue-id.js';
import { jobIdOf, type Outcome, type QueuedTrial } from './queued-trial.js';

/** Parts of a worker that its trials need. */
export interface WorkerParts {
  readonly inputs: FetchedInputs;
  readonly connection: Redis;
  /** Whether models and data are fetched also where the sweep's folder is in reach. */
  readonly fetch: boolean;
}

/**
 * Runs a trial of the queue: in the sweep's folder where that is in reach, so that it is the state for workers as for all
 * others; else in a folder of this worker's own, with what it fetches, and sends the files.
 */
export async function runQueuedTrial(
  queued: QueuedTrial,
  { inputs, connection, fetch }: WorkerParts,
  controls: TrialControls,
): Promise<Outcome> {
  const { folder, sweep, trial } = queued;
  const isInReach = !fetch && (await queueIdOf(folder)) === sweep;
  if (isInReach) return { result: await runClaimed(folder, trial, controls), files: null };
  const own = await inputs.place(queued, controls.signal);
  const result = withNames(await runAnew(own.folder, own.trial, controls), own.named);
  const { output } = placesOf(own.folder, trial);
  return {
    result,
    files: result.status === 'done' ? await sendFiles(connection, jobIdOf(sweep, trial), output) : [],
  };
}

/** A result whose texts name files as the sweep's own machine does. */
function withNames(result: TrialResult, named: (text: string) => string): TrialResult {
  if (result.status === 'done') return { ...result, warnings: result.warnings.map(named) };
  const { error } = result;
  return { ...result, error: { ...error, message: named(error.message) } };
}

/** Runs a trial, also one that has failed here before: whoever puts it into the queue again wants that. */
async function runAnew(...[folder, trial, controls]: Parameters<typeof runClaimed>): Promise<TrialResult> {
  if ((await readResult(folder, trial))?.status === 'failed') await removeResult(folder, trial);
  return runClaimed(folder, trial, controls);
}
