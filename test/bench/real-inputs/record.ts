import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** JSON has no Infinity: what differs nowhere; nor NaN, which is null there. */
const EXACT = 'exact';
const scoreSchema = z.union([
  z.number(),
  z.literal(EXACT).transform(() => Number.POSITIVE_INFINITY),
  z.null().transform(() => Number.NaN),
]);

const recordSchema = z.strictObject({
  name: z.string(),
  /** The commit that wrote the file, or what `--as` called it. */
  version: z.string(),
  samples: z.number(),
  /** Of the report; null without a figure. */
  reported: z
    .array(z.strictObject({ metric: z.string(), after: z.number(), sqnrDb: z.number().nullable() }))
    .nullable(),
  warnings: z.array(z.string()),
  outputs: z.array(z.strictObject({ kind: z.enum(['classes', 'labels', 'values']), score: scoreSchema })),
  /** Bytes of the .qgt, and of the converter's uint8 files under brotli -11, with the score of each output of these. */
  beside: z
    .strictObject({ bytes: z.number(), uint8Bytes: z.number(), uint8Scores: z.array(scoreSchema) })
    .optional(),
});

/** A model that was measured on real inputs. */
export type RealInputsRecord = z.infer<typeof recordSchema>;

const RECORDS = join(import.meta.dirname, 'records');

/** Keeps what was measured of a model, in place of what was before. */
export async function keepRecord(record: RealInputsRecord): Promise<void> {
  await mkdir(RECORDS, { recursive: true });
  const text = JSON.stringify(record, (_, value) => (value === Number.POSITIVE_INFINITY ? EXACT : value), 1);
  await writeFile(join(RECORDS, `${record.name}.json`), `${text}\n`);
}

/** All records that were kept. */
export async function readRecords(): Promise<RealInputsRecord[]> {
  if (!existsSync(RECORDS)) return [];
  const files = (await readdir(RECORDS)).sort();
  return Promise.all(
    files.map(async (file) => recordSchema.parse(JSON.parse(await readFile(join(RECORDS, file), 'utf8')))),
  );
}
