import { stat } from 'node:fs/promises';

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
