import * as tf from '../tf.js';
import { none } from './places.js';

/** Pixels of a batch of images and how much of each goes into an output pixel; -1 for what is outside. */
interface Corner {
  readonly places: tf.Tensor1D;
  /** [pixels, 1]; null: all of it. */
  readonly shares: tf.Tensor2D | null;
}

/** Crops of images, resized: the gradient of the images, not of the boxes. */
export const cropAndResize: tf.GradConfig = {
  kernelName: tf.CropAndResize,
  inputsToSave: ['image', 'boxes', 'boxInd'],
  gradFunc: (dy, saved, attrs) => {
    const [image, boxes, boxInd] = saved as [tf.Tensor4D, tf.Tensor2D, tf.Tensor1D];
    const options = attrs as unknown as tf.CropAndResizeAttrs;
    return {
      image: () => {
        const [batch, rows, columns, channels] = image.shape;
        const pixels = tf.reshape(dy as tf.Tensor, [-1, channels]);
        const corners =
          options.method === 'nearest'
            ? [nearest(image, boxes, boxInd, options)]
            : bilinear(image, boxes, boxInd, options);
        const parts = corners.map(({ places, shares }) => {
          const weighted = shares === null ? pixels : tf.mul(pixels, shares);
          return tf.unsortedSegmentSum(weighted, places, batch * rows * columns);
        });
        return tf.reshape(tf.addN(parts), image.shape);
      },
      boxInd: none(boxInd),
    };
  },
};

/** The pixels that the kernel itself takes, found by letting it take from an image of indices. */
function nearest(
  { shape: [batch, rows, columns] }: tf.Tensor4D,
  boxes: tf.Tensor2D,
  boxInd: tf.Tensor1D,
  { cropSize }: tf.CropAndResizeAttrs,
): Corner {
  // Indices within an image, which float32 holds exactly up to 4096 x 4096 pixels.
  const image = tf.reshape(tf.range(0, rows * columns), [1, rows, columns, 1]) as tf.Tensor4D;
  const images = tf.tile(image, [batch, 1, 1, 1]);
  const taken = tf.image.cropAndResize(images, boxes, boxInd, cropSize, 'nearest', -1);
  const starts = tf.reshape(tf.mul(boxInd, tf.scalar(rows * columns, 'int32')), [-1, 1, 1, 1]);
  const places = tf.add(tf.cast(taken, 'int32'), starts);
  const inside = tf.greaterEqual(taken, 0);
  return {
    places: tf.reshape(tf.where(inside, places, tf.fill(places.shape, -1, 'int32')), [-1]),
    shares: null,
  };
}

/** The four pixels around each place that is read, with their shares. */
function bilinear(
  { shape: [, rows, columns] }: tf.Tensor4D,
  boxes: tf.Tensor2D,
  boxInd: tf.Tensor1D,
  { cropSize: [cropRows, cropColumns] }: tf.CropAndResizeAttrs,
): Corner[] {
  const count = boxes.shape[0] * cropRows * cropColumns;
  const corners = Array.from({ length: 4 }, () => ({
    places: new Int32Array(count).fill(-1),
    shares: new Float32Array(count),
  }));
  const images = boxInd.dataSync();
  for (const [box, [top, left, bottom, right]] of boxes.arraySync().entries()) {
    const downs = positions(top!, bottom!, rows, cropRows);
    const acrosses = positions(left!, right!, columns, cropColumns);
    for (const [i, down] of downs.entries()) {
      for (const [j, across] of acrosses.entries()) {
        if (down < 0 || down > rows - 1 || across < 0 || across > columns - 1) continue;
        for (const [corner, { places, shares }] of corners.entries()) {
          const row = corner < 2 ? Math.floor(down) : Math.ceil(down);
          const column = corner % 2 === 0 ? Math.floor(across) : Math.ceil(across);
          const pixel = (box * cropRows + i) * cropColumns + j;
          places[pixel] = (images[box]! * rows + row) * columns + column;
          shares[pixel] =
            (corner < 2 ? 1 - (down % 1) : down % 1) * (corner % 2 === 0 ? 1 - (across % 1) : across % 1);
        }
      }
    }
  }
  return corners.map(({ places, shares }) => ({
    places: tf.tensor1d(places, 'int32'),
    shares: tf.tensor2d(shares, [count, 1]),
  }));
}

/** Where along one side of an image the pixels of a crop are read, from one end of its box to the other. */
function positions(from: number, to: number, size: number, count: number): number[] {
  const [start, length] = [from * (size - 1), (to - from) * (size - 1)];
  return count === 1
    ? [start + length / 2]
    : Array.from({ length: count }, (_, index) => start + (index * length) / (count - 1));
}
