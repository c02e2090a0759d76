import type { Sharp } from 'sharp';
import { describeError, loadOptional, type OptionalLibraries, QgtError } from '../../core/index.js';
import { createByteRoom } from '../byte-room.js';
import { type ImageFile, openImageFile } from './image-file.js';
import { createJpegDecoder } from './jpeg.js';
import type { ImageSize, Pixels } from './pixels.js';

/** Decodes image files; what it throws is the reason, without the file. */
export interface ImageDecoder {
  /** The size that an image's header says, turned as the EXIF tag says. */
  sizeOf(file: string): Promise<ImageSize>;
  /** Decodes an image to a size. */
  decode(file: string, size: ImageSize): Promise<Pixels>;
}

/** Settings of a decoder. */
export interface DecoderOptions {
  /** 3 for sRGB; 1 for luma. */
  readonly channels: 1 | 3;
  /** Pixels of the largest image that is decoded. */
  readonly maxPixels: number;
}

/** Bytes of pixels that are decoded at once; a larger image is decoded alone. */
const ROOM_BYTES = 2 ** 28;
/** Largest number that sharp takes as its own limit. */
const SHARPS_MAX_PIXELS = Number.MAX_SAFE_INTEGER;

/**
 * Makes a decoder: turned as the EXIF tag says, stretched to the size with linear interpolation, alpha dropped.
 *
 * The header is read before pixels are decoded; images with too many are refused, large ones wait for one another.
 *
 * @throws QgtError `not-installed` without sharp, `engine` if it can't be loaded on this machine.
 */
export async function createImageDecoder({ channels, maxPixels }: DecoderOptions): Promise<ImageDecoder> {
  const sharp = await loadSharp();
  const decodeJpeg = await createJpegDecoder();
  const room = createByteRoom(ROOM_BYTES);
  const headerSize = async ({ source }: ImageFile): Promise<ImageSize> => {
    const { autoOrient } = await sharp(source, { limitInputPixels: SHARPS_MAX_PIXELS }).metadata();
    if (autoOrient.width * autoOrient.height <= maxPixels) return autoOrient;
    throw new Error(`${autoOrient.width} x ${autoOrient.height} pixels, more than --max-pixels ${maxPixels}`);
  };
  const decodeSlowly = async ({ source }: ImageFile, size: ImageSize): Promise<Pixels> => {
    // failOn: what ends in a picture is taken, even where its metadata has flaws.
    const image: Sharp = sharp(source, { failOn: 'error', limitInputPixels: maxPixels }).autoOrient();
    image.resize(size.width, size.height, { fit: 'fill', kernel: 'linear' });
    const { data, info } = await image
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { height: info.height, width: info.width, values: data };
  };
  return {
    sizeOf: async (path) => headerSize(await openImageFile(path)),
    async decode(path, size) {
      const file = await openImageFile(path);
      const quick = typeof file.source === 'string' ? null : await decodeJpeg(file.source, size);
      const slowly = async () => {
        const own = await headerSize(file);
        return room.take(3 * own.width * own.height + file.size, () => decodeSlowly(file, size));
      };
      const pixels = quick ?? (await slowly());
      return channels === 1 ? { ...pixels, values: luma(pixels.values) } : pixels;
    },
  };
}

const LIBRARIES: OptionalLibraries = {
  packages: ['sharp'],
  where: 'images',
  instead: 'give the data as .npz',
};

async function loadSharp(): Promise<typeof import('sharp').default> {
  try {
    return (await loadOptional(LIBRARIES, () => import('sharp'))).default;
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
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
