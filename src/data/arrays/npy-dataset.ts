import { QgtError } from '../../core/index.js';
import { firstFile } from '../../files/index.js';
import type { Dataset, ReadOptions } from '../dataset.js';
import { arrayDataset } from './array-dataset.js';
import type { ArraySource } from './array-source.js';
import { fileBytes } from './byte-source.js';
import { filesBeside } from './files-beside.js';
import { npyArray } from './npy.js';

/**
 * Reads one .npy file of inputs as numpy.save writes it, with the labels in `y.npy` beside `x.npy`, if it is there.
 *
 * @throws QgtError `bad-data` for a model with several inputs or outputs.
 */
export async function npyDataset(path: string, options: ReadOptions): Promise<Dataset> {
  if (options.inputs.length !== 1 || options.outputs.length !== 1) {
    throw new QgtError('bad-data', {
      where: path,
      what: 'one array for a model with several inputs or outputs',
      remedy: 'use an .npz file with x0, x1, ... and y0, y1, ...',
    });
  }
  const inputs = [await npyArray(await fileBytes(path))];
  return arrayDataset(path, { inputs, labels: await labelsBeside(path) }, options);
}

async function labelsBeside(file: string): Promise<ArraySource[]> {
  const path = await firstFile(filesBeside(file));
  return path === undefined ? [] : [await npyArray(await fileBytes(path))];
}
