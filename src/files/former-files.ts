import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { checkRealFolders } from './check-own-folder.js';
import type { FileSystem } from './file-system.js';
import { nullIfMissing } from './missing.js';
import { outputPathSchema } from './output-path.js';

/** A file that an interrupted run wrote of what was done by then. */
export const formerFileSchema = z.object({ path: outputPathSchema, sha256: z.string() });

export type FormerFile = z.output<typeof formerFileSchema>;

/**
 * Describes files of a run that is still to go on.
 *
 * @param pathOf  Where they are now.
 */
export async function describeFiles(
  paths: readonly string[],
  pathOf: (path: string) => string,
): Promise<FormerFile[]> {
  const described: FormerFile[] = [];
  for (const path of paths) {
    const sha256 = await checksumOf(pathOf(path));
    if (sha256 !== null) described.push({ path, sha256 });
  }
  return described;
}

/** Removes those of the files that are as they were written: others are somebody else's by now. */
export async function removeUnchanged(
  output: string,
  files: readonly FormerFile[],
  fileSystem: FileSystem,
): Promise<void> {
  for (const each of files) {
    if (!(await isUnchanged(output, each))) continue;
    const file = join(output, each.path);
    await fileSystem.remove(file);
    await fileSystem.syncFolder(dirname(file));
  }
}

/** Leaves out the paths of files that are as an interrupted run wrote them. */
export async function withoutUnchanged(
  output: string,
  paths: readonly string[],
  files: readonly FormerFile[],
): Promise<string[]> {
  const others = new Set(paths);
  for (const each of files) if (await isUnchanged(output, each)) others.delete(each.path);
  return [...others];
}

async function isUnchanged(output: string, { path, sha256 }: FormerFile): Promise<boolean> {
  // Nothing was written through a link.
  const isLinked = await checkRealFolders(output, path).then(
    () => false,
    () => true,
  );
  return !isLinked && (await checksumOf(join(output, path))) === sha256;
}

/** Checksum of a file's bytes; null where there is no file, or something else. */
async function checksumOf(path: string): Promise<string | null> {
  const found = await lstat(path).catch(nullIfMissing);
  if (found === null || !found.isFile()) return null;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
