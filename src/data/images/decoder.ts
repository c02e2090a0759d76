import { readFile } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import { describeError, QgtError } from '../../core/index.js';
import { createJpegDecoder } from './jpeg.js';
import type { ImageSize, Pixels } from './pixels.js';

/** Decodes an image file to a size, or to its own. */
export type DecodeImage = (file: string, size?: ImageSize) => Promise<Pixels>;

/**
 * Makes a decoder: turned as the EXIF tag says, stretched to the size with linear interpolation, alpha dropped.
 *
 * @param channels  3 for sRGB; 1 for luma.
 * @throws QgtError `engine` if sharp can't be loaded on this machine.
 */
export async function createImageDecoder(channels: 1 | 3): Promise<DecodeImage> {
  const sharp = await loadSharp();
  const decodeJpeg = await createJpegDecoder();
  return async (file, size) => {
    const bytes = await readFile(file);
    const quick = await decodeJpeg(bytes, size);
    if (quick !== null) return channels === 1 ? { ...quick, values: luma(quick.values) } : quick;
    // failOn: what ends in a picture is taken, even where its metadata has flaws.
    const image: Sharp = sharp(bytes, { failOn: 'error' }).autoOrient();
    if (size !== undefined) image.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
    const { data, info } = await image
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { height: info.height, width: info.width, values: channels === 1 ? luma(data) : data };
  };
}

async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new QgtError('engine', {
      where: 'images',
      what: `the image decoder can't be loaded (${describeError(cause).split('\n')[0]})`,
      remedy: 'run npm install --include=optional sharp, or give the data as .npz',
      cause,
    });
  }
}

/**
 * Grey as Pillow and TensorFlow compute it, which is what models were trained on; sharp's own is linear-light.
 *
 * @see ITU-R BT.601.
 */
function luma(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 3) {
    grey[pixel] = Math.round(0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!);
  }
  return grey;
}
