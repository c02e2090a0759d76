import type { Random } from '../../core/index.js';
import { type Augmentation, imageDimensions } from './augmentation.js';

/** Largest shift as a share of height and width; 4 pixels of 32, as is usual for CIFAR-10. */
const MAX_SHARE = 0.125;

/** Moves images by up to an eighth of their size; what comes in at an edge repeats the edge. */
export const shift: Augmentation = {
  name: 'shift',
  describe: 'images moved by up to 12.5 % up or down and left or right, their edges repeated',
  apply(values, shape, random) {
    const { height, width, channels } = imageDimensions('shift', shape);
    const down = distance(height, random);
    const right = distance(width, random);
    const rowSize = width * channels;
    const moved = right * channels;
    // In the order in which no row is overwritten before it was read.
    for (let step = 0; step < height; step++) {
      const y = down > 0 ? height - 1 - step : step;
      const start = y * rowSize;
      const from = inside(y - down, height) * rowSize;
      values.copyWithin(
        start + Math.max(0, moved),
        from + Math.max(0, -moved),
        from + rowSize - Math.max(0, moved),
      );
      repeatEdge(values.subarray(start, start + rowSize), moved, channels);
    }
  },
};

function distance(size: number, random: Random): number {
  const most = Math.floor(size * MAX_SHARE);
  return random.below(2 * most + 1) - most;
}

/** Fills what a row that moved by so many values left open with the pixel beside it. */
function repeatEdge(row: Float32Array, moved: number, channels: number): void {
  for (let at = moved - 1; at >= 0; at--) row[at] = row[at + channels]!;
  for (let at = row.length + Math.min(0, moved); at < row.length; at++) row[at] = row[at - channels]!;
}

function inside(position: number, size: number): number {
  return Math.min(size - 1, Math.max(0, position));
}
