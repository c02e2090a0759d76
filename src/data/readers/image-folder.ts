import { pathKind } from '../../files/index.js';
import type { DataReader } from '../dataset.js';

/** Folders of images. */
export const imageFolder: DataReader = {
  name: 'image-folder',
  describe: 'a folder of JPEG, PNG or WebP images, in a sub-folder per class or without labels',
  async accepts(path) {
    if ((await pathKind(path)) !== 'folder') return false;
    const { holdsImages } = await import('../images/index.js');
    return holdsImages(path);
  },
  async check(path) {
    const { imageFiles } = await import('../images/index.js');
    await imageFiles(path);
  },
  async read(path, options) {
    const { imageDataset } = await import('../images/index.js');
    return imageDataset(path, options);
  },
};
