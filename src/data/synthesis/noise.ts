import { type Random, sizeOf } from '../../core/index.js';
import { drawImages, isImage } from './images.js';
import { drawLeaves, takesLeaves } from './leaves.js';
import type { NoiseRange, SyntheticInput } from './synthetic-input.js';

/** Inputs as they usually come; the last two are images as 0..1 and 0..255. */
export const NOISE_RANGES: readonly NoiseRange[] = [
  { name: 'mean 0, deviation 1', offset: 0, scale: 1 },
  { name: '-1..1', offset: 0, scale: 0.5 },
  { name: '0..1', offset: 0.5, scale: 0.25 },
  { name: '0..255', offset: 128, scale: 64 },
];

/** The names of ranges, each once. */
export const rangeNames = (ranges: readonly NoiseRange[]): string =>
  [...new Set(ranges.map(({ name }) => name))].join('; ');

/** The likeliest range of an input without further information. */
export function usualRange(input: SyntheticInput): NoiseRange {
  if (!isImage(input)) return NOISE_RANGES[0]!;
  return NOISE_RANGES[isWhole(input) ? 3 : 2]!;
}

/** Whether an input takes whole numbers, which can't be moved a little. */
export function isWhole({ dtype, limit, isOneHot = false }: SyntheticInput): boolean {
  return dtype === 'int32' || limit !== null || isOneHot;
}

const asByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/**
 * Values for an input that stays as it is drawn: images like photographs, else noise.
 *
 * @returns `count` rows.
 */
export function drawStill(
  input: SyntheticInput,
  count: number,
  range: NoiseRange,
  random: Random,
): Float32Array {
  if (!isImage(input) || input.limit !== null) return drawNoise(input, count, range, random);
  const images = drawImages(input, count, range, random);
  return isWhole(input) ? images.map(asByte) : images;
}

/** The same as `drawStill`, but images of another kind, to tell by the one whether what the other taught holds on both. */
export function drawOtherStill(
  input: SyntheticInput,
  count: number,
  range: NoiseRange,
  random: Random,
): Float32Array {
  if (!takesLeaves(input)) return drawStill(input, count, range, random);
  const images = drawLeaves(input, count, range, random);
  return isWhole(input) ? images.map(asByte) : images;
}

/**
 * Noise for one input, to be moved: smooth in an image, whole numbers for tokens, one-hot rows for characters.
 *
 * @returns `count` rows.
 */
export function drawNoise(
  input: SyntheticInput,
  count: number,
  { offset, scale }: NoiseRange,
  random: Random,
): Float32Array {
  const size = sizeOf(input.shape);
  const { limit, isOneHot = false } = input;
  if (isOneHot) return drawOneHot(input.shape.at(-1)!, count * size, random);
  if (limit !== null) return Float32Array.from({ length: count * size }, () => random.below(limit));
  const values = new Float32Array(count * size);
  for (let sample = 0; sample < count; sample++) {
    const raw = isPicture(input)
      ? smoothField(input.shape, random)
      : Array.from({ length: size }, () => random.normal());
    for (const [i, value] of raw.entries()) {
      const drawn = offset + scale * value;
      values[sample * size + i] = isWhole(input) ? asByte(drawn) : drawn;
    }
  }
  return values;
}

function drawOneHot(width: number, size: number, random: Random): Float32Array {
  const values = new Float32Array(size);
  for (let row = 0; row < size; row += width) values[row + random.below(width)] = 1;
  return values;
}

/** Images with a height and a width are smoothed, as real ones are. */
const isPicture = (input: SyntheticInput): boolean => input.shape.length === 3 && isImage(input);

/** Normal noise at a few scales, each a grid of random values read with linear interpolation; deviation about 1. */
function smoothField(shape: readonly number[], random: Random): Float64Array {
  const [height, width, channels] = shape as [number, number, number];
  const field = new Float64Array(height * width * channels);
  for (const cells of [2, 4, 8]) {
    const grid = Float64Array.from({ length: (cells + 2) ** 2 * channels }, () => random.normal());
    const at = (row: number, column: number, channel: number) =>
      grid[(row * (cells + 2) + column) * channels + channel]!;
    for (let y = 0; y < height; y++) {
      const v = (y / height) * cells;
      const row = Math.floor(v);
      for (let x = 0; x < width; x++) {
        const h = (x / width) * cells;
        const column = Math.floor(h);
        for (let c = 0; c < channels; c++) {
          const top = at(row, column, c) * (1 - h + column) + at(row, column + 1, c) * (h - column);
          const bottom =
            at(row + 1, column, c) * (1 - h + column) + at(row + 1, column + 1, c) * (h - column);
          field[(y * width + x) * channels + c]! += top * (1 - v + row) + bottom * (v - row);
        }
      }
    }
  }
  return field;
}
