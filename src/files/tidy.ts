import { lstat, readdir } from 'node:fs/promises';
import type { RunOutput } from '../core/index.js';
import { holdsCheckpoint } from './checkpoint.js';
import { disk } from './file-system.js';
import { isLocked } from './lock.js';
import { isThere } from './missing.js';
import { openOutput, removeMade } from './output-folder.js';
import { ownPaths } from './own-folder.js';

/** Longer than a run takes from making its folder to locking it. */
const BEGUN_MS = 10_000;

/**
 * Removes what a run that is no more has left in its output folder, but for the checkpoint; a commit that it had begun is
 * completed.
 *
 * @throws QgtError `output` where another run has the folder, or it may not be written.
 */
export async function tidyOutput({ folder, made }: RunOutput): Promise<void> {
  const own = ownPaths(folder);
  if (await isThere(own.folder)) {
    const resume = await holdsCheckpoint(folder);
    await (await openOutput({ folder, force: true, files: [], resume })).close();
  }
  await removeMade(own.folder, made, disk);
}

/** Whether a run that is no more has left something here which nobody can go on from. */
export async function isUntidy(folder: string): Promise<boolean> {
  const own = ownPaths(folder);
  const found = await lstat(own.folder).catch(() => null);
  if (found === null || !found.isDirectory() || (await isLocked(own.lock))) return false;
  const isEmpty = (await readdir(own.folder)).length === 0;
  return isEmpty
    ? Date.now() - found.mtimeMs > BEGUN_MS
    : anyIsThere([own.lock, own.staged, own.nextJournal]);
}

async function anyIsThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (await isThere(path)) return true;
  return false;
}
