import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The time by the clock that dates the files in a folder, in milliseconds: on a shared disk that is the server's, from which
 * this machine's may differ by minutes. A file is written there to learn it.
 *
 * @returns This machine's time where nothing can be written.
 */
export async function fileTime(folder: string): Promise<number> {
  const probe = join(folder, `.qgt-now-${randomUUID()}`);
  try {
    await writeFile(probe, '.', { flag: 'wx' });
    return (await stat(probe)).mtimeMs;
  } catch {
    return Date.now();
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}
