import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache.js';
import { unpackImages } from '../images.js';
import { shared } from '../subjects.js';
import { subjects } from './experiments.js';

/**
 * The folder that every command of the page is run in: models and data lie in it by their names, so that a command stands
 * on the page as it was run.
 */
export async function workFolder(): Promise<string> {
  const folder = join(await cacheFolder(), 'results-work');
  await mkdir(folder, { recursive: true });
  const links: Readonly<Record<string, string>> = {
    ...Object.fromEntries(subjects.map(({ model }) => [model, shared('models', model)])),
    cifar10: await unpackImages(shared('data/cifar10.tar.gz'), 'cifar10'),
    person96: await unpackImages(shared('data/person96.tar.gz'), 'person96'),
    mnist: shared('data/mnist'),
    california_housing: shared('data/california_housing'),
  };
  for (const [name, target] of Object.entries(links)) {
    await rm(join(folder, name), { force: true });
    await symlink(target, join(folder, name));
  }
  return folder;
}
