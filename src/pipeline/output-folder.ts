import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { describeError, QgtError, wrapErrors } from '../core/index.js';

/** A file to write. */
export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

/** Names the output folder, `digits-2bit` for digits/model.json; by the file's name unless `model` or `index`. */
export function defaultOutput(model: string, suffix: string): string {
  const path = resolve(model.replace(/^file:\/\//, ''));
  const { name, ext } = parse(path);
  const own = ext === '' || !['model', 'index'].includes(name) ? name : basename(dirname(path));
  return `${own || 'model'}-${suffix}`;
}

/**
 * Checks, before any work is done, that the folder can be written and that nothing in it would be lost.
 *
 * @throws QgtError `output`.
 */
export async function checkOutput(folder: string, force: boolean): Promise<void> {
  const entries = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw new QgtError('output', {
      where: folder,
      what: thrown.code === 'ENOTDIR' ? 'is a file, not a folder' : describeError(thrown),
      remedy: 'choose another folder with -o',
    });
  });
  if (entries !== null && entries.length > 0 && !force) {
    throw new QgtError('output', {
      where: folder,
      what: 'the folder is not empty',
      got: entries.slice(0, 3).join(', '),
      remedy: 'give --force to replace what stands there, or another folder with -o',
    });
  }
  const place = entries === null ? await nearestFolder(dirname(resolve(folder))) : folder;
  await access(place, constants.W_OK).catch((cause) => {
    throw new QgtError('output', {
      where: place,
      what: 'the folder cannot be written',
      remedy: 'choose another with -o',
      cause,
    });
  });
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

/** Files written under temporary names, then renamed to their own all at once or not at all. */
export interface StagedFiles {
  /** Path of a staged file before it has its own name. */
  pathOf(path: string): string;
  add(file: OutputFile): Promise<void>;
  /** Gives every file its name. @returns Their paths, in the order they were added. */
  commit(): Promise<string[]>;
  /** Removes what was not committed, and the folder if it was made here. */
  discard(): Promise<void>;
}

/**
 * Starts writing into `folder`; existing files stay unchanged until `commit`.
 *
 * @throws QgtError `output` where the disk is full or the folder cannot be written.
 */
export async function stageFiles(folder: string): Promise<StagedFiles> {
  const made = await writing(folder, () => mkdir(folder, { recursive: true }));
  const staged: { temporary: string; final: string }[] = [];
  let committed = false;
  const temporaryOf = (path: string) => join(folder, dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  return {
    pathOf: temporaryOf,
    add: async ({ path, bytes }) => {
      const final = join(folder, path);
      const temporary = temporaryOf(path);
      staged.push({ temporary, final });
      await writing(final, async () => {
        await mkdir(dirname(final), { recursive: true });
        await writeFile(temporary, bytes);
      });
    },
    commit: async () => {
      for (const { temporary, final } of staged) await writing(final, () => rename(temporary, final));
      committed = true;
      return staged.map(({ final }) => final);
    },
    discard: async () => {
      if (committed) return;
      await Promise.all(staged.map(({ temporary }) => rm(temporary, { force: true })));
      if (made !== undefined) await rm(made, { recursive: true, force: true });
    },
  };
}

/** Runs `write`, and turns its errors into a QgtError about `where`. */
const writing = <Result>(where: string, write: () => Promise<Result>): Promise<Result> =>
  wrapErrors(write, (cause) => {
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC';
    return new QgtError('output', {
      where,
      what: isFull ? 'the disk is full' : describeError(cause),
      remedy: isFull ? 'free some space, or write elsewhere with -o' : 'choose another folder with -o',
      cause,
    });
  });
