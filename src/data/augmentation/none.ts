import type { Augmentation } from './augmentation.js';

/** Leaves samples as they are. */
export const none: Augmentation = {
  name: 'none',
  describe: 'samples as they are',
  apply: () => {},
};
