import { basename, dirname, join } from 'node:path';
import { QgtError } from '../../core/index.js';
import { type ArraySource, arrayDataset, fileBytes, npyArray } from '../arrays/index.js';
import type { DataReader } from '../dataset.js';
import { labelFileNames } from './array-names.js';
import { firstFile, pathKind } from './path-kind.js';

/** Reads one .npy file of inputs as numpy.save writes it, with the labels in `y.npy` beside `x.npy`, if it is there. */
export const npy: DataReader = {
  name: 'npy',
  describe: 'an .npy file of inputs (x.npy), with its labels beside it (y.npy)',
  async accepts(path) {
    return /\.npy$/i.test(path) && (await pathKind(path)) === 'file';
  },
  async read(path, options) {
    if (options.inputs.length !== 1 || options.outputs.length !== 1) {
      throw new QgtError('bad-data', {
        where: path,
        what: 'one array for a model with several inputs or outputs',
        remedy: 'use an .npz file with x0, x1, ... and y0, y1, ...',
      });
    }
    const inputs = [await npyArray(await fileBytes(path))];
    return arrayDataset(path, { inputs, labels: await labelsBeside(path) }, options);
  },
};

async function labelsBeside(file: string): Promise<ArraySource[]> {
  const path = await firstFile(labelFileNames(basename(file)).map((name) => join(dirname(file), name)));
  return path === undefined ? [] : [await npyArray(await fileBytes(path))];
}
