import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { QgtError } from '../../core/index.js';
import { pathKind } from '../../files/index.js';
import type { DataReader } from '../dataset.js';

const IDX = /[-.]idx\d([-.]ubyte)?(\.gz)?$/i;
const IMAGES = /images[-.]idx\d([-.]ubyte)?(\.gz)?$/i;

/** MNIST's format, gzipped or not. */
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
    const { idxDataset } = await import('../arrays/index.js');
    return idxDataset(path, images, options);
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
