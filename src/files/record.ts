import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { unusableCheckpoint } from '../core/index.js';

/** Raised when what is in a record changes its meaning. */
const VERSION = 1;
const LINE_END = 10;

const headSchema = z.object({ format: z.literal('qgt checkpoint'), version: z.int(), sha256: z.string() });

/** A value of numbers, texts, lists, maps, objects and typed arrays as bytes with a version and a checksum. */
export function encodeRecord(value: unknown): Uint8Array {
  const body = serialize(value);
  const head = { format: 'qgt checkpoint', version: VERSION, sha256: checksum(body) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/**
 * The value of a record.
 *
 * @param path  Its file, for messages.
 * @throws QgtError `output` where the bytes are not what was written, or by another version.
 */
export function decodeRecord(bytes: Uint8Array, path: string): unknown {
  const end = bytes.indexOf(LINE_END);
  const { version, sha256 } = headOf(bytes.subarray(0, Math.max(0, end)), path);
  if (version !== VERSION) throw unusableCheckpoint(path, 'is a checkpoint of another version of qgt');
  const body = bytes.subarray(end + 1);
  if (checksum(body) !== sha256) throw unusableCheckpoint(path, 'the checkpoint is damaged');
  try {
    return deserialize(body);
  } catch (cause) {
    throw unusableCheckpoint(path, 'the checkpoint was written by another version of Node', cause);
  }
}

function headOf(line: Uint8Array, path: string): z.output<typeof headSchema> {
  try {
    return headSchema.parse(JSON.parse(new TextDecoder().decode(line)));
  } catch (cause) {
    throw unusableCheckpoint(path, 'the checkpoint is damaged', cause);
  }
}

const checksum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
