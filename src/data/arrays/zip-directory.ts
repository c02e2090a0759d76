import type { FileHandle } from 'node:fs/promises';

const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** What a 32-bit field holds when the true value stands in the ZIP64 extra field. */
const IN_EXTRA_FIELD = 0xffffffff;
const ZIP64_EXTRA = 1;

/** One file in an archive, as the directory at the archive's end has it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  /** In the archive. */
  readonly packedBytes: number;
  /** Unpacked, in bytes. */
  readonly size: number;
  /** Of the header right before its bytes. */
  readonly headerAt: number;
}

/**
 * Reads the directory of a zip archive, ZIP64 included, and nothing else of it.
 *
 * @throws RangeError where it isn't what it should be.
 * @see PKWARE APPNOTE.TXT 6.3.10, 4.3.12 to 4.5.3.
 */
export async function readZipDirectory(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailAt = Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await readZipPart(file, tailAt, size - tailAt);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw new RangeError('no end of directory');
  let bytes = tail.getUint32(end + 12, true);
  let at = tail.getUint32(end + 16, true);
  if (end >= 20 && tail.getUint32(end - 20, true) === END64_LOCATOR_SIGNATURE) {
    const end64 = await readZipPart(file, Number(tail.getBigUint64(end - 12, true)), 56);
    if (end64.getUint32(0, true) !== END64_SIGNATURE) throw new RangeError('no ZIP64 end of directory');
    bytes = Number(end64.getBigUint64(40, true));
    at = Number(end64.getBigUint64(48, true));
  }
  if (at + bytes > size) throw new RangeError('the directory lies outside the file');
  return [...entriesOf(await readZipPart(file, at, bytes))];
}

function* entriesOf(directory: DataView): Generator<ZipEntry> {
  for (let at = 0; at < directory.byteLength; ) {
    if (directory.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw new RangeError('no directory entry where one is due');
    const nameBytes = directory.getUint16(at + 28, true);
    const extraBytes = directory.getUint16(at + 30, true);
    const fields = [at + 24, at + 20, at + 42].map((field) => directory.getUint32(field, true));
    const [size, packedBytes, headerAt] = widened(fields, directory, at + 46 + nameBytes, extraBytes);
    yield {
      name: Buffer.from(directory.buffer, directory.byteOffset + at + 46, nameBytes).toString('utf8'),
      method: directory.getUint16(at + 10, true),
      size: size!,
      packedBytes: packedBytes!,
      headerAt: headerAt!,
    };
    at += 46 + nameBytes + extraBytes + directory.getUint16(at + 32, true);
  }
}

/** Replaces the fields too small for their value by those of the ZIP64 extra field, which come in the same order. */
function widened(
  fields: readonly number[],
  directory: DataView,
  extraAt: number,
  extraBytes: number,
): number[] {
  let at = extraAt;
  while (at < extraAt + extraBytes && directory.getUint16(at, true) !== ZIP64_EXTRA) {
    at += 4 + directory.getUint16(at + 2, true);
  }
  let next = at + 4;
  return fields.map((field) => {
    if (field !== IN_EXTRA_FIELD) return field;
    next += 8;
    return Number(directory.getBigUint64(next - 8, true));
  });
}

/**
 * Some bytes of an archive.
 *
 * @throws RangeError if it ends before them.
 */
export async function readZipPart(file: FileHandle, at: number, bytes: number): Promise<DataView> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, at);
  if (bytesRead < bytes) throw new RangeError('the file ends early');
  return new DataView(buffer.buffer, 0, bytes);
}
