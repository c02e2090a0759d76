import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { dump } from 'npyjs';
import { unpackImages } from '../images.js';
import { tones } from '../real-inputs/inputs/drawn.js';
import { shared } from '../subjects.js';
import { twins, unlabelled } from './experiments.js';

/** Photographs of each class of person96, without their labels: the first of them by name. */
const PHOTOS = { train: 250, test: 39 } as const;
const SOUNDS = { test: 20, train: 200 } as const;
/** Samples that graph-basic-pitch takes at once, at 22,050 a second. */
const SOUND_LENGTH = 43_844;

/** Puts models and data into the folder that every command is run in, by the names that the commands have. */
export async function fillWorkFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const person96 = await unpackImages(shared('data/person96.tar.gz'), 'person96');
  const links: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      [...twins, ...unlabelled].map(({ model }) => [model, shared('models', model)] as const),
    ),
    cifar10: await unpackImages(shared('data/cifar10.tar.gz'), 'cifar10'),
    person96,
  };
  for (const [name, target] of Object.entries(links)) {
    await rm(join(folder, name), { force: true });
    await symlink(target, join(folder, name));
  }
  for (const [part, count] of Object.entries(PHOTOS))
    await copyPhotos(join(person96, part), join(folder, 'photos', part), count);
  if (!existsSync(join(folder, 'tones-train.npz'))) await writeTones(folder);
}

async function copyPhotos(from: string, to: string, count: number): Promise<void> {
  if (existsSync(to)) return;
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const photos = (await readdir(join(from, name))).sort().slice(0, count);
    for (const photo of photos) await copyFile(join(from, name, photo), join(to, photo));
  }
}

async function writeTones(folder: string): Promise<void> {
  const drawn = await tones([SOUND_LENGTH, 1], 22_050, false)(SOUNDS.test + SOUNDS.train);
  let from = 0;
  for (const [part, count] of Object.entries(SOUNDS)) {
    const to = from + count * SOUND_LENGTH;
    const x0 = dump(drawn[0]!.values.slice(from, to), [count, SOUND_LENGTH, 1]);
    await writeFile(join(folder, `tones-${part}.npz`), zipSync({ 'x0.npy': new Uint8Array(x0) }));
    from = to;
  }
}
