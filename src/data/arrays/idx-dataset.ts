import { basename } from 'node:path';
import { QgtError } from '../../core/index.js';
import { firstFile } from '../../files/index.js';
import type { Dataset, ReadOptions } from '../dataset.js';
import { arrayDataset } from './array-dataset.js';
import type { ArraySource } from './array-source.js';
import { fileBytes, gzippedBytes } from './byte-source.js';
import { filesBeside } from './files-beside.js';
import { idxArray } from './idx.js';

/**
 * Reads a file of images in MNIST's format and, found beside it by name, the file of its labels.
 *
 * @param source  The path that was given, for messages: the file of images, or its folder.
 * @throws QgtError `bad-data` if it is the file of the labels, or none.
 */
export async function idxDataset(source: string, images: string, options: ReadOptions): Promise<Dataset> {
  if (/labels[-.]idx\d/i.test(basename(images))) {
    throw new QgtError('bad-data', {
      where: source,
      what: 'these are the labels',
      remedy: 'give the file of images; the labels are found beside it',
    });
  }
  const labels = await firstFile(filesBeside(images));
  const inputs = [await openIdx(images)];
  return arrayDataset(
    source,
    { inputs, labels: labels === undefined ? [] : [await openIdx(labels)] },
    options,
  );
}

async function openIdx(path: string): Promise<ArraySource> {
  return idxArray(await (/\.gz$/i.test(path) ? gzippedBytes(path) : fileBytes(path)));
}
