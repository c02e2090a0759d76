import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathKind } from '../files/index.js';
import { filesBeside } from './arrays/files-beside.js';
import { mapConcurrently } from './map-concurrently.js';
import { type DataSource, memoryFingerprint } from './memory/index.js';

const FILES_AT_ONCE = 64;

/**
 * Tells whether data is the same as at another time, without reading it: a checksum of the names, sizes and times of
 * change of its files; that of arrays in memory by their content.
 *
 * @param data  As `openDataset` takes it.
 */
export async function dataFingerprint(data: DataSource): Promise<string> {
  return typeof data === 'string' ? filesFingerprint(data) : memoryFingerprint(data);
}

async function filesFingerprint(path: string): Promise<string> {
  const isFolder = (await pathKind(path)) === 'folder';
  const files = await dataFiles(path);
  const top = isFolder ? path : dirname(path);
  const hash = createHash('sha256');
  files.sort();
  let index = 0;
  for await (const found of mapConcurrently(files, FILES_AT_ONCE, (each) => stat(each).catch(() => null))) {
    if (found !== null) hash.update(`${relative(top, files[index]!)} ${found.size} ${found.mtimeMs}\n`);
    index++;
  }
  return hash.digest('hex');
}

/** Paths of the files of data: all in a folder, or a file and the names that the file of its labels may have. */
export async function dataFiles(path: string): Promise<string[]> {
  if ((await pathKind(path)) === 'folder') return filesIn(path);
  const file = path.replace(/#[a-z]+$/i, '');
  return [file, ...filesBeside(file)];
}

async function filesIn(folder: string): Promise<string[]> {
  // What can't be read is told by whoever reads it.
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
}
