import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { QgtError } from '../core/index.js';
import { checkOwnFolder } from './check-own-folder.js';
import { disk } from './file-system.js';
import { completeCommit, ifAllowed } from './journal.js';
import { isLocked } from './lock.js';
import { isThere } from './missing.js';
import { ownPaths } from './own-folder.js';
import { isUntidy, tidyOutput } from './tidy.js';

/** A commit takes milliseconds; a reader waits longer than that. */
const WAIT_MS = 5_000;
const POLL_MS = 50;

/**
 * Makes sure that what is read at `path` is of one run: a commit that was cut short there is completed first. What a dead
 * run left aside is removed.
 *
 * @param path  An output folder or a file in it; anything else is left alone.
 * @throws QgtError `output` where the commit can't be completed, or a living run doesn't come to its end.
 */
export async function repairOutput(path: string): Promise<void> {
  for (const folder of [path, dirname(path)]) {
    const { journal } = ownPaths(folder);
    const isCut = () => isThere(journal);
    if (await isCut()) await repairFolder(folder, isCut);
    // Whoever only reads may not be allowed to write, and needs none of it.
    else if (await isUntidy(folder).catch(() => false)) await tidyOutput({ folder }).catch(() => {});
  }
}

async function repairFolder(folder: string, isCut: () => Promise<boolean>): Promise<void> {
  const own = ownPaths(folder);
  await checkOwnFolder(folder);
  for (let waited = 0; await isLocked(own.lock); waited += POLL_MS) {
    if (!(await isCut())) return;
    if (waited > WAIT_MS) {
      throw new QgtError('output', {
        where: folder,
        what: 'another run of qgt is writing its files there',
        remedy: 'wait for its end',
      });
    }
    await setTimeout(POLL_MS);
  }
  if (!(await completeCommit(folder))) return;
  await ifAllowed(async () => {
    if (!(await isLocked(own.lock))) await rm(own.lock, { force: true });
    for (const each of [own.staged, own.folder]) await disk.removeFolder(each);
  });
}
