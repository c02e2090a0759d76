import type { Random } from '../../core/index.js';
import { type Augmentation, imageDimensions } from './augmentation.js';

/** Side as a share of height and width: half of each, as for CIFAR-10 in the paper. */
const SIDE_SHARE = 0.5;

/**
 * Covers a square of each image with the image's mean colour.
 *
 * @see DeVries and Taylor 2017, arXiv:1708.04552, section 3.
 */
export const cutout: Augmentation = {
  name: 'cutout',
  describe: "a square of half the image's sides, anywhere, painted in the image's mean colour",
  apply(values, shape, random) {
    const { height, width, channels } = imageDimensions('cutout', shape);
    const rows = covered(height, random);
    const columns = covered(width, random);
    const colour = meanColour(values, channels);
    for (let y = rows.from; y < rows.to; y++) {
      for (let x = columns.from; x < columns.to; x++) values.set(colour, (y * width + x) * channels);
    }
  },
};

/** A stretch around any point, cut off at the edges. */
function covered(size: number, random: Random): { from: number; to: number } {
  const length = Math.floor(size * SIDE_SHARE);
  const from = random.below(size) - Math.floor(length / 2);
  return { from: Math.max(0, from), to: Math.min(size, from + length) };
}

function meanColour(values: Float32Array, channels: number): Float32Array {
  const sums = new Float64Array(channels);
  for (const [index, value] of values.entries()) sums[index % channels]! += value;
  return Float32Array.from(sums, (sum) => (sum * channels) / values.length);
}
