import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describeError, QgtError, wrapErrors } from '../../../core/index.js';
import { isAlive } from '../../../files/index.js';

const MAKING = /\.making-(\d+)-/;

/**
 * Makes a folder beside its place and moves it there when all is well, so that a half-made one is never found.
 *
 * An existing folder stays until then. Folders left behind by killed runs are removed first.
 *
 * @throws QgtError `output` where the place can't be written; whatever `make` throws.
 */
export async function makeFolder<Result>(
  place: string,
  make: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = `${place}.making-${process.pid}-${randomUUID().slice(0, 8)}`;
  await making(dirname(place), async () => {
    await mkdir(dirname(place), { recursive: true });
    await sweep(place);
    await mkdir(folder);
  });
  try {
    const result = await make(folder);
    await making(place, () => swap(folder, place));
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function swap(folder: string, place: string): Promise<void> {
  const old = `${folder}-old`;
  if (existsSync(place)) await rename(place, old);
  await rename(folder, place);
  await rm(old, { recursive: true, force: true });
}

/** Removes folders whose makers are no more; those of other living runs stay. */
async function sweep(place: string): Promise<void> {
  for (const name of await readdir(dirname(place))) {
    const pid = name.startsWith(basename(place)) ? MAKING.exec(name)?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(dirname(place), name), { recursive: true, force: true });
  }
}

/** Runs the work that makes the engine's folder; an error of it becomes a QgtError. */
const making = (where: string, work: () => Promise<void>): Promise<void> =>
  wrapErrors(
    work,
    (cause) =>
      new QgtError('output', {
        where,
        what: `the native engine can't be put there (${describeError(cause)})`,
        remedy: 'name another folder with --prefix',
        cause,
      }),
  );
