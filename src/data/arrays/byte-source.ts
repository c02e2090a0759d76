import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { describeError, QgtError } from '../../core/index.js';

/** Bytes that can be read from the start as often as needed: a file, or compressed data in one. */
export interface ByteSource {
  /** For messages: the file, and the member in it. */
  readonly where: string;
  /** The file. */
  readonly path: string;
  /** How many there are or, where only reading to the end would tell, how many there are at most. */
  readonly maxSize: number;
  /** Offset of the bytes in the file, if they are stored there uncompressed. */
  readonly offset?: number;
  /** All of them, from the first on. */
  open(): Readable;
}

/** The bytes of a file. */
export async function fileBytes(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return {
    where: path,
    path,
    maxSize: size,
    offset: 0,
    open: () => createReadStream(path, { highWaterMark: 2 ** 18 }),
  };
}

/** The decompressed bytes of a gzipped file. */
export async function gzippedBytes(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return {
    where: path,
    path,
    maxSize: maxInflated(size),
    open: () => inflated(createReadStream(path), createGunzip()),
  };
}

/**
 * The most that deflated data of a size can become.
 *
 * @see https://zlib.net/zlib_tech.html, "Maximum Compression Factor": 1032 to 1.
 */
export function maxInflated(bytes: number): number {
  return 1032 * bytes;
}

/** A stream through a decompressor; an error of either ends both. */
export function inflated(stream: Readable, inflate: Transform): Readable {
  return pipeline(stream, inflate, () => {});
}

/**
 * The bytes of a source from `start` on, in pieces of any size.
 *
 * @throws QgtError `bad-data` where the file can't be read or its compressed data is damaged or cut short.
 */
export async function* bytesFrom(source: ByteSource, start: number): AsyncGenerator<Uint8Array> {
  let skip = start;
  try {
    for await (const chunk of source.open() as AsyncIterable<Uint8Array>) {
      if (skip < chunk.length) yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
  } catch (cause) {
    throw new QgtError('bad-data', {
      where: source.where,
      what: `the file is damaged or was cut short (${describeError(cause)})`,
      remedy: 'fetch or write it again',
      cause,
    });
  }
}

/** The first bytes of a source; fewer where it is shorter. */
export async function firstBytes(source: ByteSource, count: number): Promise<Uint8Array> {
  const first = new Uint8Array(count);
  let filled = 0;
  for await (const chunk of bytesFrom(source, 0)) {
    const taken = chunk.subarray(0, count - filled);
    first.set(taken, filled);
    filled += taken.length;
    if (filled === count) break;
  }
  return first.subarray(0, filled);
}
