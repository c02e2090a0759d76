import { joinBytes } from '../core/bytes.js';
import { type ByteReader, countBytes } from './byte-reader.js';
import { type CodesForm, coders, decoders } from './coders/index.js';
import { damaged, tooNew } from './damage.js';
import { inSlices } from './slices.js';

/** Codes behind their coder's number, and their length where the coder doesn't tell it; the shortest there is. */
export function writeCodes(codes: Uint8Array, form: CodesForm): Uint8Array {
  return coders
    .map(({ decoder, encode }) => {
      const bytes = encode(codes, form);
      const length = decoder.byteLength === undefined ? countBytes(bytes.length) : new Uint8Array();
      return joinBytes([Uint8Array.of(decoder.number), length, bytes]);
    })
    .reduce((best, next) => (next.length < best.length ? next : best));
}

/**
 * Undoes `writeCodes`.
 *
 * @param coder  Its number, or its name where the table has it, as in version 1.
 * @throws QgtError `bad-qgt`, `newer-qgt` for an unknown coder.
 */
export async function readCodes(
  form: CodesForm,
  reader: ByteReader,
  coder: unknown = reader.take(1)[0],
): Promise<Uint8Array> {
  const decoder = decoders.find(({ id, number }) => coder === id || coder === number);
  if (decoder === undefined) {
    throw tooNew(reader.where, 'codes of an unknown coder', { got: String(coder) });
  }
  const bytes = reader.take(decoder.byteLength?.(form) ?? reader.takeCount());
  return decoder.decode(bytes, form, reader.where);
}

/** Bytes as codes: the lowest byte, the number of levels - 1, and how far each lies above the lowest. */
export function writeBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  const lowest = Math.min(
    254,
    bytes.reduce((least, byte) => Math.min(least, byte)),
  );
  const above = bytes.map((byte) => byte - lowest);
  const last = Math.max(
    1,
    above.reduce((most, byte) => Math.max(most, byte)),
  );
  return joinBytes([
    Uint8Array.of(lowest, last),
    writeCodes(above, { shape: [bytes.length], levels: last + 1 }),
  ]);
}

/**
 * Undoes `writeBytes`.
 *
 * @throws QgtError `bad-qgt`, `newer-qgt` for an unknown coder.
 */
export async function readBytes(count: number, reader: ByteReader): Promise<Uint8Array> {
  if (count === 0) return new Uint8Array();
  const [lowest, last] = reader.take(2) as unknown as [number, number];
  if (last === 0 || lowest + last > 255) throw damaged(reader.where, 'bytes beyond 255');
  const bytes = await readCodes({ shape: [count], levels: last + 1 }, reader);
  await inSlices(count, (from, to) => {
    for (let index = from; index < to; index++) bytes[index]! += lowest;
  });
  return bytes;
}
