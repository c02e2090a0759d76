import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { QgtError } from '../../core/index.js';
import { type ByteSource, inflated } from './byte-source.js';
import { readZipDirectory, readZipPart, type ZipEntry } from './zip-directory.js';

/**
 * The files in a zip archive by name, each readable on its own; stored ones lie in the archive as they are.
 *
 * Only the directory is read here, so that an archive larger than memory can be opened.
 *
 * @throws QgtError `bad-data` if it is no zip archive or compressed by anything but deflate.
 */
export async function zipMembers(path: string): Promise<ReadonlyMap<string, ByteSource>> {
  const file = await open(path);
  try {
    const members = new Map<string, ByteSource>();
    for (const entry of await readZipDirectory(file)) {
      members.set(entry.name, await memberBytes(path, file, entry));
    }
    return members;
  } catch (cause) {
    throw cause instanceof QgtError ? cause : damaged(path, cause);
  } finally {
    await file.close();
  }
}

async function memberBytes(path: string, file: FileHandle, entry: ZipEntry): Promise<ByteSource> {
  const where = `${path}/${entry.name}`;
  const header = await readZipPart(file, entry.headerAt, 30);
  const start = entry.headerAt + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = () =>
    createReadStream(path, { start, end: start + entry.packedBytes - 1, highWaterMark: 2 ** 18 });
  if (entry.method === 0) return { where, path, size: entry.size, offset: start, open: packed };
  if (entry.method === 8)
    return { where, path, size: entry.size, open: () => inflated(packed(), createInflateRaw()) };
  throw new QgtError('bad-data', {
    where,
    what: 'unknown compression',
    got: `zip method ${entry.method}`,
    expected: 'stored (0) or deflate (8)',
    remedy: 'save it with numpy.savez',
  });
}

function damaged(path: string, cause?: unknown): QgtError {
  return new QgtError('bad-data', {
    where: path,
    what: 'not a zip archive, or one that is damaged or was cut short',
    expected: 'an .npz file as numpy.savez writes it',
    remedy: 'fetch or write it again',
    cause,
  });
}
