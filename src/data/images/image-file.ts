import { open, stat } from 'node:fs/promises';

/** Bytes up to which a file is read whole; the decoder reads larger ones by itself, piece by piece. */
const MAX_WHOLE_BYTES = 2 ** 20;
/** Enough of a file to tell its format. */
const MARK_BYTES = 12;

/** An image file, opened as far as is needed to tell what it is. */
export interface ImageFile {
  readonly size: number;
  /** All of its bytes, or the path of a file with many. */
  readonly source: Buffer | string;
}

/**
 * Reads a file, or as much of it as shows that it holds pixels in a format that the decoder may try.
 *
 * @throws Error, without the path, for a folder, device or pipe and for drawings such as SVG, which run in the decoder
 *   like programs.
 */
export async function openImageFile(path: string): Promise<ImageFile> {
  // Opening a pipe would wait for a writer.
  if (!(await stat(path)).isFile()) throw new Error('not a file');
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(size <= MAX_WHOLE_BYTES ? size : MARK_BYTES);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const read = bytes.subarray(0, bytesRead);
    if (!holdsPixels(read)) throw new Error('not an image, or in a format that is not read');
    return { size, source: size <= MAX_WHOLE_BYTES ? read : path };
  } finally {
    await file.close();
  }
}

/** Whether a file begins as JPEG, PNG, GIF, TIFF, WebP or AVIF do. */
function holdsPixels(bytes: Buffer): boolean {
  const mark = bytes.toString('latin1', 0, MARK_BYTES);
  return /^(\xff\xd8\xff|\x89PNG|GIF8|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp)/s.test(mark);
}
