import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { QgtError } from '../core/index.js';
import { checkOutput, checkVacant, type OutputPlace } from './check-output.js';
import { checkOwnFolder } from './check-own-folder.js';
import {
  type CheckpointFiles,
  checkpointIn,
  formerFiles,
  holdsCheckpoint,
  removeCheckpoint,
} from './checkpoint.js';
import { disk, type FileSystem } from './file-system.js';
import { withoutUnchanged } from './former-files.js';
import { completeCommit } from './journal.js';
import { type Lock, takeLock } from './lock.js';
import { isThere } from './missing.js';
import { ownPaths } from './own-folder.js';
import { type StagedFiles, stageFiles } from './staged-files.js';
import { writing } from './writing.js';

/** An output folder that one run writes to, and no other until it is closed. */
export interface OutputFolder extends Pick<StagedFiles, 'pathOf' | 'add' | 'commit'> {
  readonly folder: string;
  /** Whether the folder holds such a file, of a former run. */
  holds(path: string): Promise<boolean>;
  /** States from which an interrupted run can go on; the commit that finishes the run removes them. */
  readonly checkpoint: CheckpointFiles;
  /** Removes what was not committed, and folders that were made here, where they are empty. */
  close(): Promise<void>;
}

/**
 * Takes an output folder for a run: makes it where there is none, completes what a dead run was writing, and removes
 * what one left aside, its checkpoint too unless this run goes on from it.
 *
 * @throws QgtError `output` where it isn't empty (but for `force`), can't be written, another run has it, or there is no
 *   checkpoint to go on from.
 */
export async function openOutput(
  { folder, force, files, resume = false, onOutput }: OutputPlace,
  fileSystem: FileSystem = disk,
): Promise<OutputFolder> {
  await checkOwnFolder(folder);
  if (resume && !(await holdsCheckpoint(folder))) throw nothingToResume(folder);
  // What an interrupted run was allowed to replace is known when the folder is this run's.
  await checkOutput({ folder, force: force || resume, files, resume });
  const own = ownPaths(folder);
  const made = await writing(folder, () => fileSystem.makeFolder(own.folder));
  const leave = () => removeMade(own.folder, made, fileSystem);
  let lock: Lock | undefined;
  let mayReplace: boolean;
  try {
    lock = await writing(folder, () => takeLock(own.lock, folder));
    onOutput?.({ folder, made });
    await completeCommit(folder, fileSystem);
    for (const left of [own.staged, own.nextJournal])
      await writing(folder, () => rm(left, { recursive: true, force: true }));
    mayReplace = force || (resume && (await mayReplaceIn(folder, fileSystem, lock)));
    // A commit that was completed only now has filled the folder.
    const former = resume ? await formerFiles(folder) : [];
    await checkOutput({ folder, force: mayReplace || former.length > 0, files, resume });
    if (!mayReplace) await checkVacant(folder, await withoutUnchanged(folder, files, former));
    if (!resume) await writing(folder, () => removeCheckpoint(folder, fileSystem));
  } catch (thrown) {
    await lock?.release();
    await leave();
    throw thrown;
  }
  const staged = stageFiles({ output: folder, mayReplace }, fileSystem);
  const checkpoint = checkpointIn(folder, fileSystem, lock.check);
  return opened(folder, { lock, staged, checkpoint, leave });
}

/** Whether the interrupted run was allowed to replace files. */
async function mayReplaceIn(folder: string, fileSystem: FileSystem, { check }: Lock): Promise<boolean> {
  const run = await checkpointIn(folder, fileSystem, check).run();
  if (run === null) throw nothingToResume(folder);
  return run.force;
}

const nothingToResume = (folder: string): QgtError =>
  new QgtError('output', {
    where: folder,
    what: 'there is no checkpoint of an interrupted run to go on from',
    remedy: 'leave out --resume, or name the folder of that run with -o',
  });

/** Runs `work` with an output folder that is its own, and closes the folder. */
export async function withOutput<Result>(
  place: OutputPlace,
  work: (output: OutputFolder) => Promise<Result>,
): Promise<Result> {
  const output = await openOutput(place);
  try {
    const result = await work(output);
    await output.close();
    return result;
  } catch (thrown) {
    // What went wrong first is what the user has to hear of.
    await output.close().catch(() => {});
    throw thrown;
  }
}

/** Parts of an open output folder. */
interface Parts {
  readonly lock: Lock;
  readonly staged: StagedFiles;
  readonly checkpoint: CheckpointFiles;
  readonly leave: () => Promise<void>;
}

function opened(folder: string, { lock, staged, checkpoint, leave }: Parts): OutputFolder {
  return {
    folder,
    holds: (path) => isThere(join(folder, path)),
    checkpoint,
    pathOf: staged.pathOf,
    add: staged.add,
    commit: async (state) => {
      await lock.check();
      // Its own files are not in the way of the run that goes on.
      if (state === 'unfinished')
        await writing(folder, async () => checkpoint.leaveFiles(await staged.describe()));
      return staged.commit(state);
    },
    close: async () => {
      await staged.discard();
      await lock.release();
      await leave();
    },
  };
}

/** Removes qgt's own folder and those above it up to the topmost that was made, as far as they are empty. */
export async function removeMade(
  own: string,
  made: string | undefined,
  fileSystem: FileSystem,
): Promise<void> {
  await fileSystem.removeFolder(own);
  if (made === undefined) return;
  for (let each = dirname(resolve(own)); each.length >= resolve(made).length; each = dirname(each))
    await fileSystem.removeFolder(each);
}
