import { stat } from 'node:fs/promises';

/** Whether there is anything at a path. */
export const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null)) !== null;

/** Swallows the error of a file that isn't there, and throws any other. */
export function ignoreMissing(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'ENOENT') throw thrown;
}

/** Errors of a file that isn't there; none has a name that is too long. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/** Turns the error of a file that isn't there into null, and throws any other. */
export function nullIfMissing(thrown: NodeJS.ErrnoException): null {
  if (MISSING.includes(thrown.code ?? '')) return null;
  throw thrown;
}
