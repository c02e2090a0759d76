import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ImageSize, Pixels } from './pixels.js';

/** Decodes JPEG bytes to RGB, or gives null for what it leaves to sharp. */
export type DecodeJpeg = (bytes: Uint8Array, size?: ImageSize) => Promise<Pixels | null>;

/** Largest image, in pixels, that is decoded here: above it sharp is faster despite its slow start. */
const MAX_PIXELS = 128 * 128;

/**
 * Makes a decoder for small plain JPEG files that have the wanted size already, as the images of small models do.
 *
 * sharp takes over half a millisecond to start on any image; this takes a tenth of that for all of a 32x32 one, and
 * gives the same pixels, mozjpeg being in both.
 */
export async function createJpegDecoder(): Promise<DecodeJpeg> {
  const start = await loadCodec();
  let codec = await start();
  let restarting: Promise<void> | null = null;
  const restart = async () => {
    codec = await start();
    restarting = null;
  };
  return async (bytes, size) => {
    const own = plainJpegSize(bytes);
    if (own === null || own.height * own.width > MAX_PIXELS) return null;
    if (size !== undefined && (size.height !== own.height || size.width !== own.width)) return null;
    while (restarting !== null) await restarting;
    try {
      const image = codec.decode(bytes, false);
      return image === null ? null : { ...own, values: withoutAlpha(image.data) };
    } catch {
      // A damaged file, which is sharp's to judge. The codec does not survive one: the next may hang in it.
      restarting = restart();
      return null;
    }
  };
}

/** Loads the codec and returns a function that starts it, each time with its own memory. */
async function loadCodec() {
  const { default: instantiate } = await import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js');
  const wasm = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const compiled = await WebAssembly.compile(await readFile(wasm));
  const link = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
    const instance = new WebAssembly.Instance(compiled, imports);
    done(instance);
    return instance.exports;
  };
  return () => instantiate({ noInitialRun: true, printErr: () => {}, instantiateWasm: link } as object);
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
  return rgb;
}

/** Markers of ITU-T T.81, table B.1. */
const START = 0xd8;
const END = 0xd9;
const START_OF_SCAN = 0xda;
/** Baseline, extended sequential and progressive, Huffman coded. */
const FRAMES = [0xc0, 0xc1, 0xc2];
const OTHER_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
/** Exif (its orientation), ICC profiles, Adobe's colour transforms. */
const TELLING = [0xe1, 0xe2, 0xee];

/**
 * The size of a whole JPEG file with nothing in it that changes how its pixels look: no orientation, no colour profile,
 * one or three components; null for any other.
 *
 * @see ITU-T T.81, B.1 and B.2.
 */
export function plainJpegSize(bytes: Uint8Array): ImageSize | null {
  const { length } = bytes;
  if (length < 4 || bytes[0] !== 0xff || bytes[1] !== START) return null;
  if (bytes[length - 2] !== 0xff || bytes[length - 1] !== END) return null;
  let size: ImageSize | null = null;
  for (let at = 2; at + 9 < length; ) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff || TELLING.includes(marker) || OTHER_FRAMES.includes(marker)) return null;
    if (marker === START_OF_SCAN) return size;
    if (FRAMES.includes(marker)) {
      const [precision, components] = [bytes[at + 4], bytes[at + 9]];
      if (precision !== 8 || (components !== 1 && components !== 3)) return null;
      size = { height: uint16(bytes, at + 5), width: uint16(bytes, at + 7) };
    }
    at += 2 + uint16(bytes, at + 2);
  }
  return null;
}

const uint16 = (bytes: Uint8Array, at: number): number => bytes[at]! * 256 + bytes[at + 1]!;
