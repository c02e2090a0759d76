import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { describeError, QgtError } from '../../core/index.js';

const unzip = promisify(gunzip);

/** Whether bytes begin as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Unpacks a weight file that was stored as gzip.
 *
 * @param most   Bytes of weights that it may hold; more are not unpacked.
 * @param where  The file, for messages.
 * @throws QgtError `bad-model` where it is damaged or holds more.
 */
export async function unzipShard(bytes: Uint8Array, most: number, where: string): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: Math.max(1, most) });
  } catch (cause) {
    throw new QgtError('bad-model', {
      where,
      what: `the weight file is a gzip file that cannot be unpacked: ${describeError(cause)}`,
      expected: `at most ${most} bytes in it`,
      remedy: 'unpack it with gunzip, or copy it again',
      cause,
    });
  }
}
