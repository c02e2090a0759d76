import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { measurementSchema } from './measurement.js';

const recordSchema = z.strictObject({
  /** Name that `taskName` gives. */
  name: z.string(),
  /** Version of the code that was measured: a commit, or what `--as` called it. */
  version: z.string(),
  /** ISO 8601, when it ended. */
  measuredAt: z.iso.datetime(),
  machine: z.string(),
  measurement: measurementSchema,
});

/** A finished run, as it is kept. */
export type RunRecord = z.infer<typeof recordSchema>;

/** In the project, so that whoever goes on with the runs has those of others. */
const RECORDS = join(import.meta.dirname, 'records');

/** Keeps a record, in a folder of its version. */
export async function keepRecord(record: RunRecord): Promise<void> {
  const folder = join(RECORDS, record.version);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${record.name}.json`);
  await writeFile(`${path}.part`, JSON.stringify(record));
  await rename(`${path}.part`, path);
}

/** All records that were kept, of every version. */
export async function readRecords(): Promise<RunRecord[]> {
  if (!existsSync(RECORDS)) return [];
  const files = (await readdir(RECORDS, { recursive: true })).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => recordSchema.parse(JSON.parse(await readFile(join(RECORDS, file), 'utf8')))),
  );
}
