import { dirname, join } from 'node:path';
import { QgtError } from '../core/index.js';
import { checkTargets, checkVacant } from './check-output.js';
import { checkRealFolders } from './check-own-folder.js';
import { formerFiles } from './checkpoint.js';
import type { FileSystem } from './file-system.js';
import { describeFiles, type FormerFile, withoutUnchanged } from './former-files.js';
import { completeCommit, type RunState, writeJournal } from './journal.js';
import { isThere } from './missing.js';
import { ownPaths } from './own-folder.js';
import { writing } from './writing.js';

/** A file to write. */
export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

/** Files written aside, which then get their names all together or not at all. */
export interface StagedFiles {
  /** Path of a staged file before it has its own name. */
  pathOf(path: string): string;
  /** @throws QgtError `output` where the disk is full or the folder can't be written. */
  add(file: OutputFile): Promise<void>;
  /** Describes the files, as long as they are staged. */
  describe(): Promise<FormerFile[]>;
  /**
   * Gives every file its name.
   *
   * @param state  Of the run: `unfinished` keeps its checkpoint; left out: `finished`.
   * @returns Their paths, in the order they were added.
   * @throws QgtError `output`; where it came after the first name was given, the next command on the folder goes on.
   */
  commit(state?: RunState): Promise<string[]>;
  /** Removes what got no name: these files, and folders of qgt that are empty then. */
  discard(): Promise<void>;
}

/** Where staged files are to go. */
export interface StagePlace {
  /** An existing folder. */
  readonly output: string;
  /** Whether files that are there may be replaced, and not only those that the run has written before it was interrupted. */
  readonly mayReplace: boolean;
}

/** Stages files for a folder; what is there stays unchanged until `commit`. */
export function stageFiles({ output, mayReplace }: StagePlace, fileSystem: FileSystem): StagedFiles {
  const { staged } = ownPaths(output);
  const files: string[] = [];
  let isDecided = false;
  const pathOf = (path: string): string => join(staged, path);
  return {
    pathOf,
    add: async ({ path, bytes }) => {
      files.push(path);
      await writing(join(output, path), async () => {
        await fileSystem.makeFolder(dirname(pathOf(path)));
        await fileSystem.write(pathOf(path), bytes);
      });
    },
    describe: () => describeFiles(files, pathOf),
    commit: async (state = 'finished') => {
      await checkTargets(output, files);
      for (const file of files) await checkRealFolders(output, file);
      for (const file of files) await checkStaged(output, pathOf(file));
      if (!mayReplace)
        await checkVacant(output, await withoutUnchanged(output, files, await formerFiles(output)));
      await writing(output, () => writeJournal(output, { files, state }, fileSystem));
      isDecided = true;
      await completeCommit(output, fileSystem);
      return files.map((file) => join(output, file));
    },
    discard: async () => {
      if (!isDecided) for (const file of files) await fileSystem.remove(pathOf(file));
      for (const folder of innermostFirst(
        files.map((file) => dirname(pathOf(file))),
        staged,
      ))
        await fileSystem.removeFolder(folder);
    },
  };
}

/** @throws QgtError `output` where a staged file is gone, which a commit would take for one that has its name. */
async function checkStaged(output: string, staged: string): Promise<void> {
  if (await isThere(staged)) return;
  throw new QgtError('output', {
    where: output,
    what: `${staged} was removed during the run`,
    remedy: 'run the command again',
  });
}

/** The folders and those above them up to `top`, each once, every folder before the one that holds it. */
function innermostFirst(folders: readonly string[], top: string): string[] {
  const all = new Set([top]);
  for (const folder of folders) {
    for (let each = folder; each.length > top.length; each = dirname(each)) all.add(each);
  }
  return [...all].sort((first, second) => second.length - first.length);
}
