import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { QgtError } from '../core/index.js';
import { ownPaths } from './own-folder.js';

/**
 * Checks that what bears the names of a run's own files can be of a run: real folders and files, no links to others.
 *
 * Somebody else's folder may come with such names, and what they lead to is neither read nor removed.
 *
 * @throws QgtError `output`.
 */
export async function checkOwnFolder(output: string): Promise<void> {
  const { folder, staged, checkpoint, lock, journal, nextJournal } = ownPaths(output);
  for (const path of [folder, staged, checkpoint]) await expectKind(path, 'folder');
  for (const path of [lock, journal, nextJournal]) await expectKind(path, 'file');
}

/**
 * Checks that the folders between `base` and a file in it, as far as they are there, are no links.
 *
 * @throws QgtError `output`.
 */
export async function checkRealFolders(base: string, file: string): Promise<void> {
  for (let each = dirname(file); each !== '.'; each = dirname(each))
    await expectKind(join(base, each), 'folder');
}

async function expectKind(path: string, kind: 'folder' | 'file'): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null || (kind === 'folder' ? found.isDirectory() : found.isFile())) return;
  throw new QgtError('output', {
    where: path,
    what: 'is not of qgt, which keeps something of its own by that name',
    got: found.isSymbolicLink() ? 'a link' : found.isDirectory() ? 'a folder' : 'a file',
    expected: `a ${kind}, or nothing`,
    remedy: 'move it away',
  });
}
