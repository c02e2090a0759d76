import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel } from 'yauzl';
import { describeError, QgtError } from '../../core/index.js';
import { type ByteSource, inflated, maxInflated } from './byte-source.js';
import { ZipReader } from './zip-reader.js';

/** Most files in an archive; an array for each input and output are a few. */
const MAX_MEMBERS = 10_000;

/**
 * The files in a zip archive by name, each readable on its own; stored ones lie in the archive as they are.
 *
 * Only the directory and what stands right before each file is read here, so that an archive larger than memory can
 * be opened.
 *
 * @throws QgtError `bad-data` if it is no zip archive, encrypted or compressed by anything but deflate, or holds far too
 *   many files.
 */
export async function zipMembers(path: string): Promise<ReadonlyMap<string, ByteSource>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    // decodeStrings would refuse names such as /x.npy, which only matter to those who write the files out.
    const options = { autoClose: false, decodeStrings: false };
    const archive = await fromRandomAccessReaderPromise(new ZipReader(file), size, options);
    if (archive.entryCount > MAX_MEMBERS) throw tooMany(path, archive.entryCount);
    const members = new Map<string, ByteSource>();
    for await (const entry of archive.eachEntry()) {
      const name = nameOf(entry);
      const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
      if (fileDataStart + entry.compressedSize > size) throw new RangeError('a member ends behind it');
      members.set(name, memberBytes(path, name, entry, fileDataStart));
    }
    return members;
  } catch (cause) {
    throw cause instanceof QgtError ? cause : damaged(path, cause);
  } finally {
    await file.close();
  }
}

function tooMany(path: string, count: number): QgtError {
  return new QgtError('bad-data', {
    where: path,
    what: 'too many files in the archive',
    got: count,
    expected: `at most ${MAX_MEMBERS}`,
    remedy: 'keep the arrays that the model takes',
  });
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
}

function memberBytes(path: string, name: string, entry: Entry, start: number): ByteSource {
  const where = `${path}/${name}`;
  if (!entry.canDecodeFileData()) {
    throw new QgtError('bad-data', {
      where,
      what: 'packed in a way that is not read here',
      got: entry.isEncrypted() ? 'encryption' : `zip method ${entry.compressionMethod}`,
      expected: 'stored (0) or deflate (8), not encrypted',
      remedy: 'save it with numpy.savez',
    });
  }
  const end = start + entry.compressedSize - 1;
  const packed = () => createReadStream(path, { start, end, highWaterMark: 2 ** 18 });
  if (entry.compressionMethod === 0) {
    return { where, path, maxSize: entry.uncompressedSize, offset: start, open: packed };
  }
  const maxSize = Math.min(entry.uncompressedSize, maxInflated(entry.compressedSize));
  return { where, path, maxSize, open: () => inflated(packed(), createInflateRaw()) };
}

function damaged(path: string, cause: unknown): QgtError {
  return new QgtError('bad-data', {
    where: path,
    what: `not a zip archive, or one that is damaged or was cut short (${describeError(cause)})`,
    expected: 'an .npz file as numpy.savez writes it',
    remedy: 'fetch or write it again',
    cause,
  });
}
