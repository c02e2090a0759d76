import { lstat, stat } from 'node:fs/promises';
import { QgtError } from '../core/index.js';

/** Tells whether a path is a file, a folder, another thing such as a pipe or a device, or nothing; links are followed. */
export async function pathKind(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'folder';
    return found.isFile() ? 'file' : 'other';
  } catch {
    return 'nothing';
  }
}

/** The first of these paths that is a file. */
export async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if ((await pathKind(path)) === 'file') return path;
  }
  return undefined;
}

/** Words of a message for what is at a path; undefined where there is nothing. */
export async function describePath(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    const isLink = await lstat(path).then(
      (link) => link.isSymbolicLink(),
      () => false,
    );
    return isLink ? 'a link that leads nowhere' : undefined;
  }
  if (found.isFile()) return 'a file';
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/**
 * Checks that a file is there before it is opened: a pipe may never begin and a device never end.
 *
 * @throws QgtError `not-found` naming what is there.
 */
export async function checkFile(path: string): Promise<void> {
  if ((await pathKind(path)) === 'file') return;
  throw new QgtError('not-found', {
    where: path,
    what: 'the file cannot be read',
    got: await describePath(path),
    expected: 'a file',
    remedy: 'check the path',
  });
}
