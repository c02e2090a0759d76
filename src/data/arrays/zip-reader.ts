import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';

/**
 * Lets yauzl read an open file.
 *
 * yauzl's own way throws out of reach of any handler where a damaged archive has it read beyond 2 ** 53 bytes; here
 * that is an error like any other.
 */
export class ZipReader extends RandomAccessReader {
  readonly #file: FileHandle;

  /** @param file  Stays open until the caller closes it. */
  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  // biome-ignore lint/complexity/useMaxParams: yauzl calls it so
  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    this.#file
      .read(buffer, offset, length, position)
      .then(({ bytesRead }) => done(bytesRead < length ? new RangeError('the file ends early') : null), done);
  }
}
