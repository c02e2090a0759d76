import { type Random, sizeOf } from '../../core/index.js';
import { isImage } from './images.js';
import type { NoiseRange, SyntheticInput } from './synthetic-input.js';

/** Discs of an image, the last one on top: radii fall so fast that most are small. */
const DISCS = 160;
/** Smallest radius in pixels, and the largest as a share of the shorter side. */
const RADII = { least: 1.5, most: 0.5 };
/** Deviation of a disc's colour from its grey, and of a pixel from its disc, in units of the range's. */
const COLOUR = 0.4;
const TEXTURE = 0.15;
/** Values of an image lie within that many deviations of its range's middle. */
const MAX_DEVIATIONS = 2;

/** Whether images of discs can be drawn: those of two sides and channels. */
export const takesLeaves = ({ shape, limit }: Pick<SyntheticInput, 'shape' | 'limit'>): boolean =>
  isImage({ shape }) && shape.length === 3 && limit === null;

/**
 * Draws images of discs that cover each other: edges, flat areas and occlusion as in photographs, where
 * `drawImages` has their spectrum alone.
 *
 * @param range  Values lie within 2 of its scales of its offset.
 * @returns `count` rows.
 * @see Lee, Mumford and Huang 2001, Occlusion Models for Natural Images, Int. J. of Computer Vision 41: radii of density r^-3.
 */
export function drawLeaves(
  { shape }: Pick<SyntheticInput, 'shape'>,
  count: number,
  { offset, scale }: NoiseRange,
  random: Random,
): Float32Array {
  const [height, width, channels] = shape as [number, number, number];
  const size = sizeOf(shape);
  const images = new Float32Array(count * size);
  for (let image = 0; image < count; image++) {
    const own = images.subarray(image * size, (image + 1) * size);
    paint(own, { top: 0, left: 0, bottom: height, right: width }, colourOf(channels, random), shape);
    for (let disc = 0; disc < DISCS; disc++) {
      const radius = radiusIn(Math.min(height, width), random);
      const [y, x] = [random.next() * height, random.next() * width];
      paintDisc(own, { y, x, radius }, colourOf(channels, random), shape);
    }
    for (const [at, value] of own.entries()) {
      const textured = value + TEXTURE * random.normal();
      own[at] = offset + scale * Math.max(-MAX_DEVIATIONS, Math.min(MAX_DEVIATIONS, textured));
    }
  }
  return images;
}

/** A radius of density r^-3 between the limits: the inverse of its distribution. */
function radiusIn(side: number, random: Random): number {
  const most = Math.max(RADII.least, RADII.most * side);
  const [low, high] = [RADII.least ** -2, most ** -2];
  return (low - random.next() * (low - high)) ** -0.5;
}

function colourOf(channels: number, random: Random): number[] {
  const grey = random.normal();
  return Array.from({ length: channels }, () => grey + (channels === 1 ? 0 : COLOUR * random.normal()));
}

interface Disc {
  readonly y: number;
  readonly x: number;
  readonly radius: number;
}

function paintDisc(
  image: Float32Array,
  { y, x, radius }: Disc,
  colour: readonly number[],
  shape: readonly number[],
): void {
  const [height, width] = shape as [number, number];
  const from = Math.max(0, Math.ceil(y - radius));
  const to = Math.min(height - 1, Math.floor(y + radius));
  for (let row = from; row <= to; row++) {
    const half = Math.sqrt(radius ** 2 - (row - y) ** 2);
    const left = Math.max(0, Math.ceil(x - half));
    const right = Math.min(width, Math.floor(x + half) + 1);
    if (right > left) paint(image, { top: row, left, bottom: row + 1, right }, colour, shape);
  }
}

interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

function paint(
  image: Float32Array,
  { top, left, bottom, right }: Area,
  colour: readonly number[],
  shape: readonly number[],
): void {
  const [, width, channels] = shape as [number, number, number];
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) image.set(colour, (row * width + column) * channels);
}
