import type { Random } from '../../core/index.js';
import { type Augmentation, imageDimensions } from './augmentation.js';

/** Of height and width; 4 pixels of 32, as is usual for CIFAR-10. */
const LARGEST_SHARE = 0.125;

/** Moves images by up to an eighth of their size; what comes in at an edge repeats the edge. */
export const shift: Augmentation = {
  name: 'shift',
  describe: 'images moved by up to 12.5 % up or down and left or right, their edges repeated',
  apply(values, shape, random) {
    const { height, width, channels } = imageDimensions('shift', shape);
    const down = distance(height, random);
    const right = distance(width, random);
    const original = values.slice();
    for (let y = 0; y < height; y++) {
      const fromY = inside(y - down, height);
      for (let x = 0; x < width; x++) {
        const from = (fromY * width + inside(x - right, width)) * channels;
        values.set(original.subarray(from, from + channels), (y * width + x) * channels);
      }
    }
  },
};

function distance(size: number, random: Random): number {
  const most = Math.floor(size * LARGEST_SHARE);
  return random.below(2 * most + 1) - most;
}

function inside(position: number, size: number): number {
  return Math.min(size - 1, Math.max(0, position));
}
