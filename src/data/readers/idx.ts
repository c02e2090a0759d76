import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { QgtError } from '../../core/index.js';
import { type ArraySource, arrayDataset, fileBytes, gzippedBytes, idxArray } from '../arrays/index.js';
import type { DataReader } from '../dataset.js';
import { firstFile, pathKind } from './path-kind.js';

const IDX = /[-.]idx\d([-.]ubyte)?(\.gz)?$/i;
const IMAGES = /images[-.]idx\d([-.]ubyte)?(\.gz)?$/i;

/** Reads MNIST's format, gzipped or not: a file of images and, found beside it by name, the file of its labels. */
export const idx: DataReader = {
  name: 'idx',
  describe:
    'an idx file of images (train-images-idx3-ubyte.gz) beside its labels, or a folder with one such pair',
  async accepts(path) {
    const kind = await pathKind(path);
    if (kind === 'folder') return (await imageFiles(path)).length > 0;
    return kind === 'file' && IDX.test(path);
  },
  async read(path, options) {
    const images = (await pathKind(path)) === 'folder' ? await soleImageFile(path) : path;
    if (/labels[-.]idx\d/i.test(basename(images))) {
      throw new QgtError('bad-data', {
        where: path,
        what: 'these are the labels',
        remedy: 'give the file of images; the labels are found beside it',
      });
    }
    const labels = await labelsBeside(images);
    const inputs = [await openIdx(images)];
    return arrayDataset(
      path,
      { inputs, labels: labels === undefined ? [] : [await openIdx(labels)] },
      options,
    );
  },
};

async function imageFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => IMAGES.test(name) && !name.startsWith('.')).sort();
}

async function soleImageFile(folder: string): Promise<string> {
  const [first, ...more] = await imageFiles(folder);
  if (more.length === 0) return join(folder, first!);
  const files = [first!, ...more].map((name) => join(folder, name));
  throw new QgtError('bad-data', {
    where: folder,
    what: `it holds several files of images (${files.join(', ')})`,
    remedy: `name one: --data ${files.at(-1)}`,
  });
}

async function labelsBeside(images: string): Promise<string | undefined> {
  const name = basename(images).replace(/images([-.])idx\d/i, 'labels$1idx1');
  if (name === basename(images)) return undefined;
  const bare = join(dirname(images), name.replace(/\.gz$/i, ''));
  return firstFile([bare, `${bare}.gz`]);
}

async function openIdx(path: string): Promise<ArraySource> {
  return idxArray(/\.gz$/i.test(path) ? gzippedBytes(path) : await fileBytes(path));
}
