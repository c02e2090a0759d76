import { setTimeout } from 'node:timers/promises';
import { throwIfAborted } from '../core/index.js';
import { claimTrial } from './claim.js';
import type { TrialResult } from './result.js';
import { runTrial, type TrialControls } from './run-trial.js';
import { readResult, writeResult } from './sweep-folder.js';
import type { Trial } from './trial.js';

const POLL_MS = 1000;

/**
 * Runs a trial that was handed to this process, unless it has a result; waits where another process runs it, and takes it
 * over from one that has ended. So it may be handed out twice.
 *
 * @throws QgtError `aborted`, with the state kept.
 */
export async function runClaimed(
  folder: string,
  trial: Trial,
  controls: TrialControls,
): Promise<TrialResult> {
  for (;;) {
    throwIfAborted(controls.signal);
    const lock = await claimTrial(folder, trial);
    try {
      const found = await readResult(folder, trial);
      if (found !== null) return found;
      if (lock !== null) {
        const result = await runTrial(folder, trial, controls);
        await writeResult(folder, result);
        return result;
      }
    } finally {
      await lock?.release();
    }
    await setTimeout(POLL_MS);
  }
}
