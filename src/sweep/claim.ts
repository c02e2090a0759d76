import { mkdir } from 'node:fs/promises';
import { isLocked, type Lock, type LockPace, tryLock } from '../files/index.js';
import { placesOf } from './sweep-folder.js';
import type { Trial } from './trial.js';

/** A claimant only waits for its trials' processes, so that no beat is missed for long. */
const PACE: LockPace = { beatMs: 15_000, abandonedMs: 180_000 };

/** Claims a trial; null where a living process, here or elsewhere, has it. */
export async function claimTrial(folder: string, trial: Trial): Promise<Lock | null> {
  const { claim, folder: own } = placesOf(folder, trial);
  await mkdir(own, { recursive: true });
  return tryLock(claim, own, PACE);
}

/** Whether a living process has the trial. */
export const isClaimed = (folder: string, trial: Pick<Trial, 'id'>): Promise<boolean> =>
  isLocked(placesOf(folder, trial).claim, PACE);
