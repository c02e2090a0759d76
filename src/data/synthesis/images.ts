import { type Random, sizeOf } from '../../core/index.js';
import type { NoiseRange, SyntheticInput } from './synthetic-input.js';

/** Share of an image's variance that all of its channels have in common: photographs are nearly grey. */
const GREY = 0.85;
/** Values of an image lie within that many deviations of its range's middle. */
const MAX_DEVIATIONS = 2;
/** Side of the coarsest grid of values. */
const COARSEST = 3;
const MAX_CHANNELS = 4;
const MIN_SIDE = 5;

/** Whether samples are images, or volumes like those of a scanner: two or three sides and up to 4 channels. */
export function isImage({ shape }: Pick<SyntheticInput, 'shape'>): boolean {
  const sides = shape.slice(0, -1);
  return (
    (sides.length === 2 || sides.length === 3) &&
    shape.at(-1)! <= MAX_CHANNELS &&
    sides.every((side) => side >= MIN_SIDE)
  );
}

/**
 * Draws images with the statistics of photographs: as much variance in each octave of detail, from the whole image to its
 * pixels, nearly grey.
 *
 * @param range  Values lie within 2 of its scales of its offset.
 * @returns `count` rows.
 * @see Field 1987, Relations between the statistics of natural images and the response properties of cortical cells,
 *   J. Opt. Soc. Am. A 4(12): amplitudes fall as 1/f.
 */
export function drawImages(
  { shape }: Pick<SyntheticInput, 'shape'>,
  count: number,
  { offset, scale }: NoiseRange,
  random: Random,
): Float32Array {
  const [sides, channels] = [shape.slice(0, -1), shape.at(-1)!];
  const size = sizeOf(shape);
  const images = new Float32Array(count * size);
  for (let image = 0; image < count; image++) {
    const grey = octaves(sides, random);
    for (let channel = 0; channel < channels; channel++) {
      const own = channels === 1 ? grey : octaves(sides, random);
      for (let pixel = 0; pixel < grey.length; pixel++) {
        const value = Math.sqrt(GREY) * grey[pixel]! + Math.sqrt(1 - GREY) * own[pixel]!;
        const within = Math.max(-MAX_DEVIATIONS, Math.min(MAX_DEVIATIONS, value));
        images[image * size + pixel * channels + channel] = offset + scale * within;
      }
    }
  }
  return images;
}

/** Variance that linear interpolation leaves of independent values, along each side, on average over all places. */
const INTERPOLATED = 2 / 3;

/** A field of normal values, deviation about 1, with as much variance in each octave. */
function octaves(sides: readonly number[], random: Random): Float64Array {
  if (sides.every((side) => side <= COARSEST)) return normals(sides, random);
  const variance = INTERPOLATED ** sides.length;
  const coarser = summedOctaves(halved(sides), random);
  const field = stretched(coarser.field, halved(sides), sides);
  const [own, deviation] = [Math.sqrt(variance), Math.sqrt(variance * (coarser.octaves + 1))];
  return normals(sides, random).map((value, at) => (own * value + field[at]!) / deviation);
}

/** Octaves that are stretched to those of the next, all of the same variance. */
function summedOctaves(
  sides: readonly number[],
  random: Random,
): { readonly field: Float64Array; readonly octaves: number } {
  const own = normals(sides, random);
  if (sides.every((side) => side <= COARSEST)) return { field: own, octaves: 1 };
  const coarser = summedOctaves(halved(sides), random);
  const field = stretched(coarser.field, halved(sides), sides);
  return { field: own.map((value, at) => value + field[at]!), octaves: coarser.octaves + 1 };
}

const normals = (sides: readonly number[], random: Random): Float64Array =>
  Float64Array.from({ length: sizeOf(sides) }, () => random.normal());

const halved = (sides: readonly number[]): number[] =>
  sides.map((side) => Math.min(side, Math.max(COARSEST, Math.ceil(side / 2))));

function stretched(field: Float64Array, from: readonly number[], to: readonly number[]): Float64Array {
  return to.reduce(
    (values, side, axis) => stretchedAlong(values, [...to.slice(0, axis), ...from.slice(axis)], axis, side),
    field,
  );
}

/** Stretches an axis of a row-major field to another length, by linear interpolation. */
function stretchedAlong(
  field: Float64Array,
  sides: readonly number[],
  axis: number,
  side: number,
): Float64Array {
  const [length, inner] = [sides[axis]!, sizeOf(sides.slice(axis + 1))];
  const outer = sizeOf(sides.slice(0, axis));
  const result = new Float64Array(outer * side * inner);
  for (let to = 0; to < side; to++) {
    const from = (to * (length - 1)) / (side - 1);
    const first = Math.min(Math.floor(from), length - 2);
    const share = from - first;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const before = (o * length + first) * inner + i;
        result[(o * side + to) * inner + i] = (1 - share) * field[before]! + share * field[before + inner]!;
      }
    }
  }
  return result;
}
