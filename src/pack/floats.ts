import { joinBytes } from '../core/bytes.js';
import { readBytes, writeBytes } from './blocks.js';
import type { ByteReader } from './byte-reader.js';
import { inSlices } from './slices.js';

const BYTES = [24, 16, 8, 0] as const;

/**
 * All first bytes, then all second ones, and so on: zeros at the end of many mantissas cost next to nothing.
 *
 *     bit of a float32   31     30 ... 23    22 ... 0        bit here   31 ... 24    23     22 ... 0
 *                      [ sign | exponent | mantissa ]   ->            [ exponent | sign | mantissa ]
 */
export function writeFloats(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.slice().buffer).map(
    (bits) => ((bits & 0x7f800000) << 1) | ((bits >>> 31) << 23) | (bits & 0x7fffff),
  );
  return joinBytes(BYTES.map((shift) => writeBytes(Uint8Array.from(words, (word) => word >>> shift))));
}

/**
 * Undoes `writeFloats`.
 *
 * @throws QgtError `bad-qgt`, `newer-qgt` for an unknown coder.
 */
export async function readFloats(count: number, reader: ByteReader): Promise<Float32Array> {
  const words = new Int32Array(count);
  for (const shift of BYTES) {
    const bytes = await readBytes(count, reader);
    await inSlices(count, (from, to) => {
      for (let index = from; index < to; index++) {
        const word = bytes[index]! << shift;
        words[index]! |= ((word >>> 1) & 0x7f800000) | ((word & 0x800000) << 8) | (word & 0x7fffff);
      }
    });
  }
  return new Float32Array(words.buffer);
}
