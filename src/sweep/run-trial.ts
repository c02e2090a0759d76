import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type OnProgress, throwIfAborted } from '../core/index.js';
import { holdsCheckpoint, isLocked, ownPaths } from '../files/index.js';
import type { TrialResult } from './result.js';
import { placesOf, type TrialPlaces } from './sweep-folder.js';
import type { Trial } from './trial.js';
import { type ChildEnd, runChild } from './trial-child.js';
import { pathsFromHere } from './trial-paths.js';

/** How often a trial whose process ends without a word is begun or resumed. */
const MAX_CRASHES = 3;
const POLL_MS = 500;
/** Errors by which a checkpoint may turn out to be of no use here. */
const UNUSABLE = ['usage', 'output'];

/** Callback and signal of a trial. */
export interface TrialControls {
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a claimed trial, from its checkpoint where there is one.
 *
 * @returns Its result; an error of the compression is one too.
 * @throws QgtError `aborted`, with the state kept.
 */
export async function runTrial(folder: string, trial: Trial, controls: TrialControls): Promise<TrialResult> {
  const from = performance.now();
  const places = placesOf(folder, trial);
  await mkdir(places.folder, { recursive: true });
  const options = { ...pathsFromHere(trial.options, folder), output: places.output };
  let crashes = 0;
  for (;;) {
    await untilFree(places, controls);
    const end = await runOnce({ id: trial.id, options }, places, controls);
    throwIfAborted(controls.signal);
    if (end.kind === 'done') return end.result;
    if (end.kind === 'failed') {
      // Another run took the folder meanwhile, such as the orphan of a killed one.
      if (await isInUse(places)) continue;
      return failure(trial, from, end);
    }
    if (++crashes === MAX_CRASHES) return failure(trial, from, crashError(end.by, places.log));
    controls.onProgress({ kind: 'warning', text: `its process was ended by ${end.by}; it goes on` });
  }
}

/** Runs the process once; from the start where it can't go on from what is there. */
async function runOnce(
  job: { readonly id: string; readonly options: Trial['options'] },
  places: TrialPlaces,
  controls: TrialControls,
): Promise<ChildEnd> {
  const run = (how: object) =>
    runChild({ ...job, options: { ...job.options, ...how } }, { log: places.log, ...controls });
  if (!(await holdsCheckpoint(places.output))) return run({ force: true });
  const end = await run({ resume: true });
  const isUnusable = end.kind === 'failed' && UNUSABLE.includes(end.code) && !(await isInUse(places));
  return isUnusable && !controls.signal?.aborted ? run({ force: true }) : end;
}

const isInUse = ({ output }: TrialPlaces): Promise<boolean> => isLocked(ownPaths(output).lock);

/** Waits for the end of another run in the trial's folder: that of a killed process ends by itself. */
async function untilFree(places: TrialPlaces, { onProgress, signal }: TrialControls): Promise<void> {
  for (let isTold = false; await isInUse(places); isTold = true) {
    if (!isTold) onProgress({ kind: 'warning', text: `waiting for another run in ${places.output}` });
    await setTimeout(POLL_MS);
    throwIfAborted(signal);
  }
}

const crashError = (by: string, log: string) => ({
  code: 'crash',
  message: `the process was ended ${MAX_CRASHES} times by ${by}, as the system does where memory runs out; see ${log}`,
});

const failure = (
  { id }: Trial,
  from: number,
  { code, message }: { readonly code: string; readonly message: string },
): TrialResult => ({
  version: 1,
  id,
  status: 'failed',
  error: { code, message },
  durationMs: Math.round(performance.now() - from),
});
