import { rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkOutput } from './check-output.js';
import { disk, type FileSystem } from './file-system.js';
import { completeCommit } from './journal.js';
import { type Lock, takeLock } from './lock.js';
import { ownPaths } from './own-folder.js';
import { type StagedFiles, stageFiles } from './staged-files.js';
import { writing } from './writing.js';

/** Place to write to, and what may be replaced there. */
export interface OutputPlace {
  readonly folder: string;
  /** Whether files that are there may be replaced. */
  readonly force: boolean;
  /** Paths in the folder that are to be written, as far as they are known. */
  readonly files: readonly string[];
}

/** An output folder that one run writes to, and no other until it is closed. */
export interface OutputFolder extends Pick<StagedFiles, 'pathOf' | 'add' | 'commit'> {
  readonly folder: string;
  /** Whether the folder holds such a file, of a former run. */
  holds(path: string): Promise<boolean>;
  /** Removes what was not committed, and folders that were made here, where they are empty. */
  close(): Promise<void>;
}

/**
 * Takes an output folder for a run: makes it where there is none, completes what a dead run was writing, and removes
 * what one left aside.
 *
 * @throws QgtError `output` where it isn't empty (but for `force`), can't be written or another run has it.
 */
export async function openOutput(
  { folder, force, files }: OutputPlace,
  fileSystem: FileSystem = disk,
): Promise<OutputFolder> {
  await checkOutput(folder, force, files);
  const own = ownPaths(folder);
  const made = await writing(folder, () => fileSystem.makeFolder(own.folder));
  const leave = () => removeMade(own.folder, made, fileSystem);
  let lock: Lock | undefined;
  try {
    lock = await writing(folder, () => takeLock(own.lock, folder));
    await completeCommit(folder, fileSystem);
    for (const left of [own.staged, own.nextJournal])
      await writing(folder, () => rm(left, { recursive: true, force: true }));
    // A commit that was completed only now has filled the folder.
    await checkOutput(folder, force, files);
  } catch (thrown) {
    await lock?.release();
    await leave();
    throw thrown;
  }
  return opened(folder, lock, leave, fileSystem);
}

/** Runs `work` with an output folder that is its own, and closes the folder. */
export async function withOutput<Result>(
  place: OutputPlace,
  work: (output: OutputFolder) => Promise<Result>,
): Promise<Result> {
  const output = await openOutput(place);
  try {
    return await work(output);
  } finally {
    await output.close();
  }
}

function opened(
  folder: string,
  lock: Lock,
  leave: () => Promise<void>,
  fileSystem: FileSystem,
): OutputFolder {
  const staged = stageFiles(folder, fileSystem);
  return {
    folder,
    holds: async (path) => (await stat(join(folder, path)).catch(() => null)) !== null,
    pathOf: staged.pathOf,
    add: staged.add,
    commit: async () => {
      await lock.check();
      return staged.commit();
    },
    close: async () => {
      await staged.discard();
      await lock.release();
      await leave();
    },
  };
}

/** Removes qgt's own folder and those above it up to the topmost that was made, as far as they are empty. */
async function removeMade(own: string, made: string | undefined, fileSystem: FileSystem): Promise<void> {
  await fileSystem.removeFolder(own);
  if (made === undefined) return;
  for (let each = dirname(resolve(own)); each.length >= resolve(made).length; each = dirname(each))
    await fileSystem.removeFolder(each);
}
