import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { unpackImages } from '../../images.js';
import { shared } from '../../subjects.js';
import { type DrawInputs, evenly, joined } from './input.js';

/** How an image becomes an input. */
export interface ImageForm {
  /** Height and width. */
  readonly side: number;
  /** What 0 and 255 become. */
  readonly range: readonly [number, number];
  readonly channels?: 1 | 3;
  readonly dtype?: 'int32';
}

/** Bytes before the pixels of an idx file of images. */
const IDX_HEADER = 16;
const MNIST_PIXELS = 28 * 28;

/** Test images of an archive, evenly taken over its classes and resized. */
export function photographs(archive: 'cifar10' | 'person96', form: ImageForm): DrawInputs {
  return async (samples) => {
    const folder = join(await unpackImages(shared(`data/${archive}.tar.gz`), archive), 'test');
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort();
    const pixels = evenly(files, samples).map((file) => pixelsOf(join(folder, file), form));
    const { side, channels = 3, dtype } = form;
    return [joined(await Promise.all(pixels), [side, side, channels], dtype)];
  };
}

/** Test digits of MNIST, divided by 255. */
export const digits: DrawInputs = async (samples) => {
  const bytes = gunzipSync(await readFile(shared('data/mnist/t10k-images-idx3-ubyte.gz')));
  const count = (bytes.length - IDX_HEADER) / MNIST_PIXELS;
  const images = Array.from({ length: count }, (_, index) => {
    const from = IDX_HEADER + index * MNIST_PIXELS;
    return Float32Array.from(bytes.subarray(from, from + MNIST_PIXELS), (byte) => byte / 255);
  });
  return [joined(evenly(images, samples), [28, 28, 1])];
};

async function pixelsOf(path: string, { side, range: [low, high], channels }: ImageForm) {
  const resized = sharp(path).resize(side, side, { fit: 'fill' }).removeAlpha();
  const image = channels === 1 ? resized.toColourspace('b-w') : resized.toColourspace('srgb');
  return Float32Array.from(await image.raw().toBuffer(), (byte) => low + (byte / 255) * (high - low));
}
