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

/**
 * Says that a worker runs a trial, which may be where it can't claim it; null where another process says so.
 *
 * Others may claim the trial all the same: this process can't know that the worker lives.
 */
export async function markHanded(folder: string, trial: Pick<Trial, 'id'>): Promise<Lock | null> {
  const { handed, folder: own } = placesOf(folder, trial);
  await mkdir(own, { recursive: true });
  return tryLock(handed, own, PACE);
}

/** Whether a living process has the trial. */
export const isClaimed = (folder: string, trial: Pick<Trial, 'id'>): Promise<boolean> =>
  isLocked(placesOf(folder, trial).claim, PACE);

/** Whether a trial runs: a living process has it, or has it run by a worker. */
export const isRunning = async (folder: string, trial: Pick<Trial, 'id'>): Promise<boolean> =>
  (await isClaimed(folder, trial)) || isLocked(placesOf(folder, trial).handed, PACE);
