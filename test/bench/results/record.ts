import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../cache.js';

const recordSchema = z.strictObject({
  /** Of `taskName`. */
  name: z.string(),
  /** Of the code that was measured: a commit, or what `--as` called it. */
  version: z.string(),
  /** ISO 8601, when it ended. */
  measuredAt: z.iso.datetime(),
  machine: z.string(),
  /** What each process printed as JSON, one after another. */
  outputs: z.array(z.unknown()).min(1),
});

/** A finished run, as it is kept in the cache. */
export type RunRecord = z.infer<typeof recordSchema>;

const recordsFolder = async (): Promise<string> => join(await cacheFolder(), 'results');

/** Keeps a record, in a folder of its version. */
export async function keepRecord(record: RunRecord): Promise<void> {
  const folder = join(await recordsFolder(), record.version);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${record.name}.json`);
  await writeFile(`${path}.part`, JSON.stringify(record));
  await rename(`${path}.part`, path);
}

/** All records that were kept, of every version. */
export async function readRecords(): Promise<RunRecord[]> {
  const folder = await recordsFolder();
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => recordSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')))),
  );
}
