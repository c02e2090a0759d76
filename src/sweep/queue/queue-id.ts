import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'queue.json';

const schema = z.object({ id: z.uuid() });

/** The name of a sweep in queues, which is made with its first use; it also tells the same folder on another machine. */
export async function ownQueueId(folder: string): Promise<string> {
  const known = await queueIdOf(folder);
  if (known !== null) return known;
  const made = JSON.stringify({ id: randomUUID() });
  // Two processes at once: the first one's stays.
  await writeFile(join(folder, FILE), made, { flag: 'wx' }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EEXIST') throw thrown;
  });
  return schema.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).id;
}

/** The name of the sweep in a folder; null where there is none, also for a folder that isn't there. */
export async function queueIdOf(folder: string): Promise<string | null> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).id;
  } catch {
    return null;
  }
}
