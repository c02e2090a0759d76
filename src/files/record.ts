import { createHash } from 'node:crypto';
import { z } from 'zod';
import { QgtError, unusableCheckpoint } from '../core/index.js';
import { readStructure, writeStructure } from './record-structure.js';

const FORMAT = 'qgt checkpoint';
/** Raised when what is in a record changes its meaning. */
const VERSION = 2;
const LINE_END = 10;
/** More than the head takes. */
const MAX_HEAD_BYTES = 4096;
/** Most bytes that are written or read at once: Node takes less than 2 GiB. */
const PIECE_BYTES = 2 ** 24;

const formatSchema = z.object({ format: z.literal(FORMAT), version: z.int() });
const headSchema = z.object({
  /** Bytes of all but the numbers of typed arrays, and their checksum. */
  structureBytes: z.int().nonnegative(),
  structureSha256: z.string(),
  /** Checksum of those numbers, one array after the other. */
  numbersSha256: z.string(),
});

type Head = z.output<typeof headSchema>;

/** Bytes that can be read from any place. */
export interface Source {
  readonly size: number;
  /** Fills `target` with the bytes from `position` on, or with fewer where it ends. */
  read(target: Uint8Array, position: number): Promise<unknown>;
}

/**
 * A value of numbers, texts, lists, maps, objects and typed arrays as bytes with a version and checksums, in pieces.
 *
 * The numbers of typed arrays are copied nowhere.
 */
export function encodeRecord(value: unknown): Iterable<Uint8Array> {
  const { structure, arrays } = writeStructure(value);
  const head: Head = {
    structureBytes: structure.length,
    structureSha256: sha256(piecesOf([structure])),
    numbersSha256: sha256(piecesOf(arrays)),
  };
  const line = Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION, ...head })}\n`);
  return piecesOf([line, structure, ...arrays]);
}

/**
 * The value of a record. Version, structure and length are checked before the numbers are read.
 *
 * @param path  Its file, for messages.
 * @throws QgtError `output` where the bytes are not what was written, or by another version.
 */
export async function decodeRecord(source: Source, path: string): Promise<unknown> {
  const damaged = () => unusableCheckpoint(path, 'the checkpoint is damaged');
  const { head, end } = await readHead(source, path);
  const numbersAt = end + head.structureBytes;
  if (numbersAt > source.size) throw damaged();
  const structure = new Uint8Array(head.structureBytes);
  if ((await fill([structure], source, end)) !== head.structureSha256) throw damaged();
  const { value, arrays } = structureOf(structure, source.size - numbersAt, path);
  if (numbersAt + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) !== source.size)
    throw damaged();
  if ((await fill(arrays, source, numbersAt)) !== head.numbersSha256) throw damaged();
  return value;
}

async function readHead(
  source: Source,
  path: string,
): Promise<{ readonly head: Head; readonly end: number }> {
  const start = new Uint8Array(Math.min(MAX_HEAD_BYTES, source.size));
  await source.read(start, 0);
  const end = start.indexOf(LINE_END);
  try {
    const found: unknown = JSON.parse(new TextDecoder().decode(start.subarray(0, Math.max(0, end))));
    if (formatSchema.parse(found).version !== VERSION)
      throw unusableCheckpoint(path, 'is a checkpoint of another version of qgt');
    return { head: headSchema.parse(found), end: end + 1 };
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    throw unusableCheckpoint(path, 'the checkpoint is damaged', cause);
  }
}

function structureOf(structure: Uint8Array, mostBytes: number, path: string) {
  try {
    return readStructure(structure, mostBytes);
  } catch (cause) {
    const isCut = cause instanceof RangeError;
    const what = isCut
      ? 'the checkpoint is damaged'
      : 'the checkpoint was written by another version of Node';
    throw unusableCheckpoint(path, what, cause);
  }
}

/** Fills arrays with the bytes from a position on. @returns Their checksum. */
async function fill(
  arrays: readonly NodeJS.ArrayBufferView[],
  source: Source,
  position: number,
): Promise<string> {
  const hash = createHash('sha256');
  let at = position;
  for (const piece of piecesOf(arrays)) {
    await source.read(piece, at);
    hash.update(piece);
    at += piece.length;
  }
  return hash.digest('hex');
}

/** Bytes of arrays, one after the other, so few at once that any of Node's functions takes them. */
function* piecesOf(arrays: readonly NodeJS.ArrayBufferView[]): Generator<Uint8Array> {
  for (const { buffer, byteOffset, byteLength } of arrays) {
    for (let at = 0; at < byteLength; at += PIECE_BYTES)
      yield new Uint8Array(buffer, byteOffset + at, Math.min(PIECE_BYTES, byteLength - at));
  }
}

function sha256(pieces: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
