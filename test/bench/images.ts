import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.js';

/**
 * Unpacks the folder `name`, with `train` and `test` in it, from an archive of images; once.
 *
 * @returns Where it is.
 */
export async function unpackImages(archive: string, name: string): Promise<string> {
  const folder = join(await cacheFolder(), 'images');
  if (!existsSync(join(folder, name, 'test'))) {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)('tar', ['xzf', archive, '-C', folder, name]);
  }
  return join(folder, name);
}
