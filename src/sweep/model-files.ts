import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/index.js';
// This file only: the index loads TensorFlow, which is for the processes of trials.
import { locateModel } from '../model/read/location.js';

/** The part of a model that names its weight files; what else is wrong with it, its trials say. */
const namesSchema = z.object({
  weightsManifest: z.array(z.object({ paths: z.array(z.string()) })),
});

/** Paths of a model's files: its own, and those of its weights. @throws QgtError where the model isn't there. */
export async function modelFiles(model: string): Promise<string[]> {
  const file = await locateModel(model);
  if (extname(file) !== '.json') return [file];
  const text = await readFile(file, 'utf8');
  const found = parseJson(text, file, { code: 'bad-model', remedy: 'export the model again' });
  const groups = namesSchema.safeParse(found).data?.weightsManifest ?? [];
  return [file, ...groups.flatMap(({ paths }) => paths).map((path) => join(dirname(file), path))];
}
