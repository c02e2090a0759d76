import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, QgtError, unusableCheckpoint, wrapErrors } from '../core/index.js';
import type { Content, FileSystem } from './file-system.js';
import { isThere, nullIfMissing } from './missing.js';
import { ownPaths } from './own-folder.js';
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
  /** Lets the run that goes on replace files in the folder, as where the interrupted one has put some there. */
  allowReplacing(): Promise<void>;
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
  const read = (name: string) => readState(pathOf(output, name));
  const run = async (): Promise<KeptRun | null> => {
    const found = await read(RUN);
    if (found === undefined) return null;
    const { data, error } = runSchema.safeParse(found);
    if (data === undefined) throw unusableCheckpoint(pathOf(output, RUN), 'the checkpoint is damaged', error);
    return data;
  };
  const replace = (name: string, state: unknown) =>
    replaceState(output, name, encodeRecord(state), fileSystem);
  return {
    run,
    names: async () => (await namesIn(output)).filter((name) => name !== RUN),
    read,
    write: async (name, state, kept) => {
      await check();
      try {
        if (!(await holdsCheckpoint(output))) await replace(RUN, kept);
        await replace(name, state);
        return null;
      } catch (thrown) {
        return describeError(thrown);
      }
    },
    allowReplacing: async () => {
      const kept = await run();
      if (kept !== null && !kept.force) await replace(RUN, { ...kept, force: true });
    },
    remove: () => removeCheckpoint(output, fileSystem),
  };
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

async function readState(path: string): Promise<unknown> {
  const unreadable = (cause: unknown) =>
    cause instanceof QgtError
      ? cause
      : new QgtError('output', { where: path, what: describeError(cause), remedy: 'check the file', cause });
  return wrapErrors(async () => {
    const handle = await open(path).catch(nullIfMissing);
    if (handle === null) return undefined;
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
