import { sizeOf } from '../../core/index.js';
import { damaged } from '../damage.js';
import { inSlices } from '../slices.js';
import type { Coder, Decoder } from './coder.js';

/**
 * Codes as the digits of a number to the base of the levels, as many a byte as fit, the first code the lowest digit.
 *
 * Three levels, five codes a byte (3 ** 5 = 243), 1.6 bits each:
 *
 *     byte = code 0 + 3 * code 1 + 9 * code 2 + 27 * code 3 + 81 * code 4
 *
 * Digits left over in the last byte are 0. It is shorter than `bits` for 3, 5 and 6 levels.
 */
export const radixDecoder: Decoder = {
  id: 'radix',
  number: 1,
  byteLength: ({ shape, levels }) => Math.ceil(sizeOf(shape) / digitsPerByte(levels)),
  decode: async (bytes, { shape, levels }, where) => {
    const count = sizeOf(shape);
    const digits = digitsPerByte(levels);
    const codes = new Uint8Array(count);
    let index = 0;
    await inSlices(bytes.length, (from, to) => {
      for (const byte of bytes.subarray(from, to)) {
        let rest = byte;
        for (let digit = 0; digit < digits && index < count; digit++) {
          codes[index++] = rest % levels;
          rest = (rest / levels) | 0;
        }
        if (rest !== 0) throw damaged(where, 'bytes after the last code');
      }
    });
    return codes;
  },
};

/** The most digits whose number stays below 256: 8 for 2 levels, 5 for 3, 3 for 5 and 6, 1 from 17 on. */
export function digitsPerByte(levels: number): number {
  let digits = 1;
  while (levels ** (digits + 1) <= 256) digits++;
  return digits;
}

/** Writes what `radixDecoder` reads. */
export const radix: Coder = {
  decoder: radixDecoder,
  encode: (codes, { levels }) => {
    const digits = digitsPerByte(levels);
    const bytes = new Uint8Array(Math.ceil(codes.length / digits));
    // From the last code, so that each step is one digit further up.
    for (let index = codes.length - 1; index >= 0; index--) {
      const offset = Math.floor(index / digits);
      bytes[offset] = bytes[offset]! * levels + codes[index]!;
    }
    return bytes;
  },
};
