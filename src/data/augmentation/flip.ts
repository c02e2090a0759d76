import { type Augmentation, imageDimensions } from './augmentation.js';

/** Turns every other image left to right. */
export const flip: Augmentation = {
  name: 'flip',
  describe: 'half of the images, picked at random, left to right',
  apply(values, shape, random) {
    const { height, width, channels } = imageDimensions('flip', shape);
    if (random.next() < 0.5) return;
    const original = values.slice();
    for (let pixel = 0; pixel < height * width; pixel++) {
      const column = pixel % width;
      const from = (pixel - column + width - 1 - column) * channels;
      values.set(original.subarray(from, from + channels), pixel * channels);
    }
  },
};
