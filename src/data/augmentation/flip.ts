import { type Augmentation, imageDimensions } from './augmentation.js';

/** Turns every other image left to right. */
export const flip: Augmentation = {
  name: 'flip',
  describe: 'half of the images, picked at random, left to right',
  apply(values, shape, random) {
    const { height, width, channels } = imageDimensions('flip', shape);
    if (random.next() < 0.5) return;
    const rowSize = width * channels;
    for (let start = 0; start < height * rowSize; start += rowSize) {
      for (
        let left = start, right = start + rowSize - channels;
        left < right;
        left += channels, right -= channels
      ) {
        for (let channel = 0; channel < channels; channel++) {
          const value = values[left + channel]!;
          values[left + channel] = values[right + channel]!;
          values[right + channel] = value;
        }
      }
    }
  },
};
