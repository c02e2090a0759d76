import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { type OnProgress, QgtError, silent } from '../../core/index.js';
import { mapConcurrently } from '../map-concurrently.js';
import { checkNoSplitFolders } from './split-folders.js';

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];

/** Contents of an image folder: images in one folder per class, or images alone. */
export type ImageFiles =
  /** By folder name, sorted; file paths, sorted. */
  | { readonly kind: 'classes'; readonly folders: ReadonlyMap<string, readonly string[]> }
  | { readonly kind: 'images'; readonly files: readonly string[] };

/**
 * Lists the images in a folder; hidden files and files that are no images are left out.
 *
 * @throws QgtError `bad-data` for a class folder without images, images beside class folders, or folders that are the
 *   parts of a dataset.
 */
export async function imageFiles(path: string, onProgress: OnProgress = silent): Promise<ImageFiles> {
  const entries = await visibleEntries(path);
  const files = imagesAmong(path, entries);
  const folderNames = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  if (folderNames.length === 0) return { kind: 'images', files };
  if (files.length > 0) {
    throw new QgtError('bad-data', {
      where: path,
      what: 'it holds both images and folders',
      got: `${files.length} images beside ${folderNames.slice(0, 4).join(', ')}`,
      expected: 'a folder per class, or images alone',
    });
  }
  checkNoSplitFolders(path, folderNames);
  const folders = new Map<string, readonly string[]>();
  let found = 0;
  for (const name of folderNames) {
    const images = await classImages(path, name);
    folders.set(name, images);
    found += images.length;
    onProgress({ kind: 'listing', source: path, found });
  }
  return { kind: 'classes', folders };
}

/** Whether a folder holds images or folders, which could be classes. */
export async function holdsImages(path: string): Promise<boolean> {
  const entries = await visibleEntries(path);
  return entries.some(({ isFolder }) => isFolder) || imagesAmong(path, entries).length > 0;
}

async function classImages(path: string, name: string): Promise<string[]> {
  const folder = join(path, name);
  const entries = await visibleEntries(folder);
  const files = imagesAmong(folder, entries);
  if (files.length > 0) return files;
  const inner = entries.filter(({ isFolder }) => isFolder).map((entry) => entry.name);
  throw new QgtError('bad-data', {
    where: folder,
    what: 'there are no images in the folder of this class',
    got: inner.length === 0 ? undefined : `folders (${inner.slice(0, 4).join(', ')})`,
    expected: `files with ${EXTENSIONS.join(', ')}`,
    remedy: inner.length === 0 ? 'remove the folder or fill it' : `give one of them: --data ${folder}`,
  });
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Links that are looked at together. */
const LINKS_AT_ONCE = 32;

/** Lists the visible entries of a folder, sorted by name, links followed. */
async function visibleEntries(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true });
  const visible = found
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const targetOf = async (entry: Dirent): Promise<Dirent | Stats> =>
    entry.isSymbolicLink() ? stat(join(folder, entry.name)).catch(() => entry) : entry;
  const entries: Entry[] = [];
  for await (const target of mapConcurrently(visible, LINKS_AT_ONCE, targetOf))
    entries.push({ name: visible[entries.length]!.name, isFolder: target.isDirectory() });
  return entries;
}

function imagesAmong(folder: string, entries: readonly Entry[]): string[] {
  return entries
    .filter(({ name, isFolder }) => !isFolder && EXTENSIONS.includes(extname(name).toLowerCase()))
    .map(({ name }) => join(folder, name));
}
