import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder that outlives a run, for what is slow to make: batches and the Python environment. */
export async function cacheFolder(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'qgt-bench');
  await mkdir(folder, { recursive: true });
  return folder;
}
