import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type InputSpec, type OutputSpec, openDataset, readClasses } from '../../../src/data/index.js';
import { openSession } from '../../../src/session/session.js';
import { cacheFolder } from '../cache.js';
import type { PeerTask } from './task.js';

/**
 * Writes a model's training and test images as raw files, so that every side sees the same pixels.
 *
 * `train-images.u8` and `test-images.u8`: [count, height, width, channels], a byte each, before any input range;
 * `train-labels.i32` and `test-labels.i32`: little-endian class indices.
 *
 * @param folder  Of `workFolder`; the model and the data are paths in it.
 * @returns The folder of the files, which is kept for the next run.
 */
export function writeSamples(model: string, data: PeerTask['data'], folder: string): Promise<string> {
  const parts = Object.entries(data).map(([name, path]) => [name, join(folder, path)] as const);
  return keepSamples(model, join(folder, model), Object.fromEntries(parts));
}

/**
 * Writes the images and labels of folders, `PART-images.u8` and `PART-labels.i32`, as a model reads them; once.
 *
 * @param name   Of what is kept.
 * @param parts  Paths of the folders.
 */
export async function keepSamples(
  name: string,
  model: string,
  parts: Readonly<Record<string, string>>,
): Promise<string> {
  const samples = join(await cacheFolder(), `${name}-samples`);
  if (existsSync(samples)) return samples;
  const unfinished = `${samples}.part`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  const session = await openSession({ model, require: [], engine: 'auto' }, () => {});
  for (const [part, path] of Object.entries(parts))
    await writePart(path, session.liveModel, join(unfinished, part));
  session.liveModel.dispose();
  await rename(unfinished, samples);
  return samples;
}

async function writePart(
  path: string,
  { inputs, outputs }: { readonly inputs: readonly InputSpec[]; readonly outputs: readonly OutputSpec[] },
  prefix: string,
): Promise<void> {
  const dataset = await openDataset(path, { inputs, outputs });
  const images = await dataset.inputs[0]!.read(Array.from({ length: dataset.count }, (_, index) => index));
  const classes = await readClasses(dataset);
  await dataset.close();
  if (!(images instanceof Uint8Array) || classes === undefined)
    throw new Error(`${path}: a peer trains on images of classes alone`);
  await writeFile(`${prefix}-images.u8`, images);
  await writeFile(`${prefix}-labels.i32`, classes);
}
