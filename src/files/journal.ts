import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { describeError, QgtError } from '../core/index.js';
import { checkRealFolders } from './check-own-folder.js';
import { formerFiles, removeCheckpoint } from './checkpoint.js';
import { disk, type FileSystem } from './file-system.js';
import { removeUnchanged } from './former-files.js';
import { ignoreMissing, nullIfMissing } from './missing.js';
import { outputPathSchema } from './output-path.js';
import { ownPaths } from './own-folder.js';

/** Most files of a run; a list with more is of nobody's run. */
const MAX_FILES = 1000;

const journalSchema = z.object({
  version: z.literal(1),
  files: z.array(outputPathSchema).max(MAX_FILES),
  state: z.enum(['finished', 'unfinished']),
});

/** Files to commit, and the state of their run. */
type Commit = Pick<z.output<typeof journalSchema>, 'files' | 'state'>;

/** Whether a run is finished by its commit, so that its checkpoint goes, or might still go on. */
export type RunState = Commit['state'];

/** Writes down, on the disk for good, that these staged files are to get their names; from then on they do. */
export async function writeJournal(
  output: string,
  commit: Commit,
  { write, rename, syncFolder }: FileSystem,
): Promise<void> {
  const { folder, journal, nextJournal } = ownPaths(output);
  await write(nextJournal, JSON.stringify({ version: 1, ...commit }));
  await rename(nextJournal, journal);
  await syncFolder(folder);
}

/**
 * Gives the staged files of a written journal their names; whatever part of it was done before.
 *
 * @returns Whether there was a journal.
 * @throws QgtError `output` where a file can't get its name; the journal stays, for the next command.
 */
export async function completeCommit(output: string, fileSystem: FileSystem = disk): Promise<boolean> {
  const { folder, journal, staged } = ownPaths(output);
  const text = await readFile(journal, 'utf8').catch(nullIfMissing);
  if (text === null) return false;
  const { files, state } = commitOf(text, journal);
  for (const base of [output, staged]) for (const file of files) await checkRealFolders(base, file);
  const done: string[] = [];
  try {
    for (const file of files) {
      await fileSystem.makeFolder(dirname(join(output, file)));
      // A file that isn't staged any more has its name already.
      await fileSystem.rename(join(staged, file), join(output, file)).catch(ignoreMissing);
      done.push(file);
    }
    for (const each of foldersOf(output, files)) await fileSystem.syncFolder(each);
    await ifAllowed(async () => {
      if (state === 'finished') await removeFormer(output, files, fileSystem);
      await fileSystem.remove(journal);
      await fileSystem.syncFolder(folder);
    });
  } catch (cause) {
    throw new QgtError('output', {
      where: output,
      what: `${describeError(cause)}; of ${files.join(', ')} there is the new form of ${done.join(', ') || 'none'}`,
      remedy: 'the next qgt command on this folder writes the others',
      cause,
    });
  }
  return true;
}

/** Removes what an interrupted run left of a run that is finished now: files that have no successor, and its states. */
async function removeFormer(output: string, files: readonly string[], fileSystem: FileSystem): Promise<void> {
  const left = (await formerFiles(output)).filter(({ path }) => !files.includes(path));
  await removeUnchanged(output, left, fileSystem);
  await removeCheckpoint(output, fileSystem);
}

function commitOf(text: string, journal: string): Commit {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new QgtError('output', {
      where: journal,
      what: 'is no list of files that qgt wrote',
      remedy: 'delete it',
      cause,
    });
  }
}

/** The folders that hold these files, each once. */
const foldersOf = (output: string, files: readonly string[]): string[] => [
  ...new Set(files.map((file) => dirname(join(output, file)))),
];

/** Removes what is no longer needed; whoever may not leaves it to others, since every file has its name. */
export async function ifAllowed(remove: () => Promise<void>): Promise<void> {
  await remove().catch((thrown: NodeJS.ErrnoException) => {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(thrown.code ?? '')) throw thrown;
  });
}
