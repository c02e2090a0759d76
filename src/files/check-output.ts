import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeError, type OnOutput, QgtError } from '../core/index.js';
import { holdsCheckpoint } from './checkpoint.js';
import { isThere } from './missing.js';
import { OWN_FOLDER } from './own-folder.js';

/** Place to write to, and what may be replaced there. */
export interface OutputPlace {
  readonly folder: string;
  /** Whether files that are there may be replaced, and the checkpoint of an interrupted run removed. */
  readonly force: boolean;
  /** Paths in the folder that are to be written, as far as they are known. */
  readonly files: readonly string[];
  /** Whether the run goes on from the checkpoint that is there; left out: it begins anew. */
  readonly resume?: boolean | undefined;
  /** Hears of the folder as soon as it is this run's. */
  readonly onOutput?: OnOutput | undefined;
}

/**
 * Checks, before any work is done, that the folder can be written and that nothing in it would be lost.
 *
 * @throws QgtError `output`.
 */
export async function checkOutput({ folder, force, files, resume = false }: OutputPlace): Promise<void> {
  const entries = await entriesOf(folder);
  if (!force && !resume && (await holdsCheckpoint(folder))) {
    throw new QgtError('output', {
      where: folder,
      what: 'the folder holds the checkpoint of an interrupted run',
      remedy: 'give --resume to go on with it, --force to start anew, or another folder with -o',
    });
  }
  if (entries.length > 0 && !force) {
    throw new QgtError('output', {
      where: folder,
      what: 'the folder is not empty',
      got: entries.slice(0, 3).join(', '),
      remedy: resume
        ? 'move what stands there away, and repeat --resume'
        : 'give --force to replace what stands there, or another folder with -o',
    });
  }
  const place = await nearestFolder(resolve(folder));
  await access(place, constants.W_OK).catch((cause) => {
    throw new QgtError('output', {
      where: place,
      what: 'the folder cannot be written',
      remedy: 'choose another with -o',
      cause,
    });
  });
  await checkTargets(folder, files);
}

/**
 * Checks that files can get their names in `folder`.
 *
 * @throws QgtError `output` where a folder has such a name.
 */
export async function checkTargets(folder: string, files: readonly string[]): Promise<void> {
  for (const path of files.map((file) => join(folder, file))) {
    const found = await stat(path).catch(() => null);
    if (found === null || found.isFile()) continue;
    throw new QgtError('output', {
      where: path,
      what: found.isDirectory() ? 'is a folder' : 'is no file',
      expected: 'a file that can be replaced, or nothing',
      remedy: 'move it away, or choose another folder with -o',
    });
  }
}

/**
 * Checks that no file has such a name yet.
 *
 * @throws QgtError `output` where one was put there since the folder was found empty.
 */
export async function checkVacant(folder: string, files: readonly string[]): Promise<void> {
  for (const path of files.map((file) => join(folder, file))) {
    if (!(await isThere(path))) continue;
    throw new QgtError('output', {
      where: path,
      what: 'was put there meanwhile',
      remedy: `move it away, and ${(await holdsCheckpoint(folder)) ? 'repeat the command with --resume' : 'run the command again'}`,
    });
  }
}

/** Names in a folder, but for what runs of qgt need while they last; none where there is no folder. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name !== OWN_FOLDER);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new QgtError('output', {
      where: folder,
      what: code === 'ENOTDIR' ? 'is a file, not a folder' : describeError(cause),
      remedy: 'choose another folder with -o',
      cause,
    });
  }
}

async function nearestFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found === null && dirname(folder) !== folder) return nearestFolder(dirname(folder));
  if (found?.isDirectory()) return folder;
  throw new QgtError('output', {
    where: folder,
    what: 'is a file, not a folder',
    remedy: 'choose another folder with -o',
  });
}
