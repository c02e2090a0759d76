import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { disk } from './file-system.js';
import { writing } from './writing.js';

/**
 * Writes a file that belongs to no output folder: under a temporary name, then renamed.
 *
 * @throws QgtError `output`.
 */
export async function writeAside(path: string, bytes: Uint8Array | string): Promise<void> {
  // A name of its own: with the file's in it, it could be too long.
  const temporary = join(dirname(path), `.qgt-${randomUUID()}.tmp`);
  await writing(path, async () => {
    await disk.makeFolder(dirname(path));
    try {
      await disk.write(temporary, bytes);
      await disk.rename(temporary, path);
    } finally {
      await disk.remove(temporary);
    }
  });
}
