import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, QgtError, unusableCheckpoint, wrapErrors } from '../core/index.js';
import type { Content, FileSystem } from './file-system.js';
import { type FormerFile, formerFileSchema } from './former-files.js';
import { isThere } from './missing.js';
import { ownPaths } from './own-folder.js';
import { checkFile, pathKind } from './path-kind.js';
import { decodeRecord, encodeRecord, type Source } from './record.js';

const ENDING = '.ckpt';
/** Endings of a state, and of one that is being written. */
const OWN_ENDINGS = [ENDING, `${ENDING}.new`];
/** The record that says which run it is; it is written first. */
const RUN = 'run';

const runSchema = z.object({
  /** Options and facts that decide the result of the run, by name. */
  identity: z.record(z.string(), z.string()),
  /** Whether files that are in the folder may be replaced. */
  force: z.boolean(),
});

/** A run whose states are kept. */
export type KeptRun = z.output<typeof runSchema>;

/** The same, as it is written. */
const writtenRunSchema = runSchema.extend({ files: z.array(formerFileSchema) });

type WrittenRun = z.output<typeof writtenRunSchema>;

/** The states of a run's work on the disk, by name. */
export interface CheckpointFiles {
  /** The run that the states are of; null: nothing was kept. */
  run(): Promise<KeptRun | null>;
  /** Names of the states that are there. */
  names(): Promise<string[]>;
  /** @returns undefined where there is no such state. @throws QgtError `output` where it is damaged. */
  read(name: string): Promise<unknown>;
  /**
   * Replaces a state; the former one stays until the new one is on the disk.
   *
   * @param run  Is written with the first one.
   * @returns Why it could not be written, such as a full disk; null: it was.
   * @throws QgtError `output` where the folder is no longer this run's.
   */
  write(name: string, state: unknown, run: KeptRun): Promise<string | null>;
  /**
   * Notes the files that an interrupted run puts into the folder: the run that goes on may replace them as long as they are
   * that, and the commit that finishes it removes those that it doesn't replace.
   */
  leaveFiles(files: readonly FormerFile[]): Promise<void>;
  /** Removes all of it. */
  remove(): Promise<void>;
}

/** Whether an interrupted run can go on in this folder. */
export async function holdsCheckpoint(output: string): Promise<boolean> {
  return isThere(pathOf(output, RUN));
}

/**
 * The checkpoint in an output folder.
 *
 * @param check  Throws where the folder is no longer this run's.
 */
export function checkpointIn(
  output: string,
  fileSystem: FileSystem,
  check: () => Promise<void>,
): CheckpointFiles {
  const replace = (name: string, state: unknown) =>
    replaceState(output, name, encodeRecord(state), fileSystem);
  const replaceRun = (run: WrittenRun) => replace(RUN, run);
  return {
    run: async () => {
      const found = await readRun(output);
      return found && runSchema.parse(found);
    },
    names: async () => (await namesIn(output)).filter((name) => name !== RUN),
    read: (name) => readState(pathOf(output, name)),
    write: async (name, state, kept) => {
      await check();
      try {
        if (!(await holdsCheckpoint(output))) await replaceRun({ ...kept, files: [] });
        await replace(name, state);
        return null;
      } catch (thrown) {
        return describeError(thrown);
      }
    },
    leaveFiles: async (files) => {
      const kept = await readRun(output);
      if (kept !== null) await replaceRun({ ...kept, files: [...kept.files, ...files] });
    },
    remove: () => removeCheckpoint(output, fileSystem),
  };
}

/** Files that the interrupted run in an output folder has left, where that can be read; others stay. */
export async function formerFiles(output: string): Promise<readonly FormerFile[]> {
  const run = await readRun(output).catch(() => null);
  return run?.files ?? [];
}

/** Removes the states in an output folder: its run is finished, or another one begins. */
export async function removeCheckpoint(output: string, fileSystem: FileSystem): Promise<void> {
  const { checkpoint } = ownPaths(output);
  // The run's own record goes last, so that a removal that is cut short can be repeated.
  const files = (await filesIn(checkpoint))
    .filter((file) => OWN_ENDINGS.some((ending) => file.endsWith(ending)))
    .sort((a, b) => Number(a === RUN + ENDING) - Number(b === RUN + ENDING));
  for (const file of files) await fileSystem.remove(join(checkpoint, file));
  await fileSystem.removeFolder(checkpoint);
}

const pathOf = (output: string, name: string): string => join(ownPaths(output).checkpoint, name + ENDING);

const filesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function namesIn(output: string): Promise<string[]> {
  const files = await filesIn(ownPaths(output).checkpoint);
  return files.filter((file) => file.endsWith(ENDING)).map((file) => file.slice(0, -ENDING.length));
}

async function readRun(output: string): Promise<WrittenRun | null> {
  const path = pathOf(output, RUN);
  const found = await readState(path);
  if (found === undefined) return null;
  const { data, error } = writtenRunSchema.safeParse(found);
  if (data === undefined) throw unusableCheckpoint(path, 'the checkpoint is damaged', error);
  return data;
}

async function readState(path: string): Promise<unknown> {
  const unreadable = (cause: unknown) =>
    cause instanceof QgtError
      ? cause
      : new QgtError('output', { where: path, what: describeError(cause), remedy: 'check the file', cause });
  return wrapErrors(async () => {
    if ((await pathKind(path)) === 'nothing') return undefined;
    await checkFile(path);
    const handle = await open(path);
    try {
      return await decodeRecord(await sourceOf(handle), path);
    } finally {
      await handle.close();
    }
  }, unreadable);
}

async function sourceOf(handle: FileHandle): Promise<Source> {
  const { size } = await handle.stat();
  return { size, read: (target, position) => handle.read(target, 0, target.length, position) };
}

async function replaceState(
  output: string,
  name: string,
  content: Content,
  { makeFolder, write, rename, syncFolder, remove }: FileSystem,
): Promise<void> {
  const path = pathOf(output, name);
  const next = `${path}.new`;
  const { checkpoint } = ownPaths(output);
  await makeFolder(checkpoint);
  try {
    await write(next, content);
    await rename(next, path);
    await syncFolder(checkpoint);
  } catch (thrown) {
    await remove(next).catch(() => {});
    throw thrown;
  }
}
