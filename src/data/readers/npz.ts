import { pathKind } from '../../files/index.js';
import type { DataReader } from '../dataset.js';

/** NumPy arrays in one file; of one with several parts, such as Keras' mnist.npz, `mnist.npz#train` names the part. */
export const npz: DataReader = {
  name: 'npz',
  describe:
    'an .npz file with arrays x and y (FILE.npz#train takes x_train and y_train), or x.npz beside y.npz',
  async accepts(path) {
    const { file } = splitPath(path);
    return /\.npz$/i.test(file) && (await pathKind(file)) === 'file';
  },
  async read(path, options) {
    const { npzDataset } = await import('../arrays/index.js');
    return npzDataset(path, splitPath(path), options);
  },
};

function splitPath(path: string): { file: string; part: string | undefined } {
  const [, file = path, part] = /^(.*\.npz)#([a-z]+)$/i.exec(path) ?? [];
  return { file, part };
}
