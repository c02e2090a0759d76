import { QgtError } from '../core/index.js';
import { crc32 } from './crc32.js';
import { damaged, tooNew } from './damage.js';
import { deflate, inflate } from './deflate.js';
import { foreignFile } from './foreign-file.js';
import { checkUnpacked } from './limit.js';
import { inSlices } from './slices.js';

/** The version of the file format that this code writes, and the latest that it reads. */
export const FORMAT_VERSION = 2;

const MAGIC = [0x89, 0x51, 0x47, 0x54]; // "QGT" after a byte that no text starts with
const HEADER_BYTES = 32;
const METADATA_LIMIT_BYTES = 2 ** 28;
/** DEFLATE cannot do better, so a small file cannot ask for much memory. */
const MAX_DEFLATE_RATIO = 1032;

/** The two parts of a file. */
export interface Sections {
  /** JSON in UTF-8. */
  readonly metadata: Uint8Array;
  /** The tensors' bytes. */
  readonly data: Uint8Array;
}

/** The sections of a file with the version of its format. */
export interface FileSections extends Sections {
  readonly version: number;
}

/**
 * Puts both sections into one file.
 *
 *      0      4         8          12         16         20       24       28         32
 *      | magic | version | metadata | metadata | metadata |  data  |  data  | CRC-32  | metadata, | data
 *      |       |    2    |  length  |  length  |  CRC-32  | length | CRC-32 | of 0-27 | deflated  |
 *      |       |         | deflated | inflated |          |        |        |         |           |
 */
export async function joinSections({ metadata, data }: Sections): Promise<Uint8Array> {
  const deflated = await deflate(metadata);
  if (metadata.length > METADATA_LIMIT_BYTES || data.length > 0xffffffff) {
    throw new QgtError('bad-model', {
      where: 'pack',
      what: 'the model is too large for a .qgt file',
      got: `${metadata.length} bytes of topology and ${data.length} of weights`,
      expected: `at most ${METADATA_LIMIT_BYTES} and ${0xffffffff}`,
    });
  }
  const file = new Uint8Array(HEADER_BYTES + deflated.length + data.length);
  const view = new DataView(file.buffer);
  const fields = [
    FORMAT_VERSION,
    deflated.length,
    metadata.length,
    crc32(deflated),
    data.length,
    crc32(data),
  ];
  file.set(MAGIC);
  for (const [index, field] of fields.entries()) view.setUint32(4 + 4 * index, field, true);
  view.setUint32(28, crc32(file.subarray(0, 28)), true);
  file.set(deflated, HEADER_BYTES);
  file.set(data, HEADER_BYTES + deflated.length);
  return file;
}

/** Bytes of the header and the metadata of a file that is known to be sound. */
export function bytesBeforeData(file: Uint8Array): number {
  return HEADER_BYTES + new DataView(file.buffer, file.byteOffset, HEADER_BYTES).getUint32(8, true);
}

/**
 * Takes a file apart once its lengths and checksums are right.
 *
 * @param where             The file, for messages.
 * @param maxMetadataBytes  Most bytes of JSON that are unpacked.
 * @throws QgtError `bad-qgt`, `too-large`, and `newer-qgt` for a later version: its header is promised to stay 32 bytes that
 *   begin with magic and version and end with their checksum.
 */
export async function splitSections(
  file: Uint8Array,
  where: string,
  maxMetadataBytes: number,
): Promise<FileSections> {
  if (file.length === 0 || MAGIC.some((byte, index) => index < file.length && file[index] !== byte)) {
    throw foreignFile(file, where);
  }
  if (file.length < HEADER_BYTES) throw damaged(where, 'the file is cut short');
  const view = new DataView(file.buffer, file.byteOffset, HEADER_BYTES);
  const field = (offset: number): number => view.getUint32(offset, true);
  await checkSum(file.subarray(0, 28), field(28), 'header', where);
  const version = field(4);
  if (version < 1 || version > FORMAT_VERSION) {
    throw tooNew(where, 'written by a later qgt: format version', {
      got: version,
      expected: `1 to ${FORMAT_VERSION}`,
    });
  }
  const dataStart = HEADER_BYTES + field(8);
  const expected = dataStart + field(20);
  const got = file.length;
  if (got !== expected) {
    throw damaged(where, got < expected ? 'the file is cut short' : 'bytes after the end', { got, expected });
  }
  const deflated = file.subarray(HEADER_BYTES, dataStart);
  const data = file.subarray(dataStart);
  await checkSum(deflated, field(16), 'metadata', where);
  await checkSum(data, field(24), 'data', where);
  checkUnpacked(field(12), Math.min(maxMetadataBytes, MAX_DEFLATE_RATIO * field(8)), where);
  try {
    return { version, metadata: await inflate(deflated, field(12)), data };
  } catch (cause) {
    throw damaged(where, 'the metadata cannot be inflated', { cause });
  }
}

async function checkSum(bytes: Uint8Array, expected: number, section: string, where: string): Promise<void> {
  let sum = 0;
  await inSlices(bytes.length, (from, to) => {
    sum = crc32(bytes.subarray(from, to), sum);
  });
  if (sum !== expected) throw damaged(where, `the ${section} does not match its checksum`);
}
