import { formatShape, QgtError, type Random, type Shape } from '../../core/index.js';

/** One way to vary a sample: one file in this folder, one line in its index. */
export interface Augmentation {
  /** The name on the command line. */
  readonly name: string;
  readonly describe: string;
  /**
   * Varies one sample in place.
   *
   * @param values  Raw values, row-major, before any input range.
   * @param shape   Of the sample: [height, width, channels] for an image.
   * @throws QgtError `usage` for a shape that it isn't meant for.
   */
  apply(values: Float32Array, shape: Shape, random: Random): void;
}

/**
 * The dimensions of an image.
 *
 * @throws QgtError `usage` if the shape is no image's.
 */
export function imageDimensions(
  name: string,
  shape: Shape,
): { height: number; width: number; channels: number } {
  const [height, width, channels] = shape;
  if (shape.length === 3) return { height: height!, width: width!, channels: channels! };
  throw new QgtError('usage', {
    where: `augmentation ${name}`,
    what: 'it is for images',
    got: `samples of ${formatShape(shape)}`,
    expected: 'height x width x channels',
    remedy: 'leave it out',
  });
}
