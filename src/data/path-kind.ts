import { stat } from 'node:fs/promises';

/** Tells whether a path is a file or a folder, or nothing is there; links are followed. */
export async function pathKind(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : 'file';
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
