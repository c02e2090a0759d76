import { pathKind } from '../../files/index.js';
import type { DataReader } from '../dataset.js';

/** A NumPy array in a file of its own. */
export const npy: DataReader = {
  name: 'npy',
  describe: 'an .npy file of inputs (x.npy), with its labels beside it (y.npy)',
  async accepts(path) {
    return /\.npy$/i.test(path) && (await pathKind(path)) === 'file';
  },
  async read(path, options) {
    const { npyDataset } = await import('../arrays/index.js');
    return npyDataset(path, options);
  },
};
