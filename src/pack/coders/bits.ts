import { sizeOf } from '../../core/index.js';
import { damaged } from '../damage.js';
import { inSlices } from '../slices.js';
import type { Coder, Decoder } from './coder.js';

/**
 * Every code in as many bits as the largest takes, the first code in the low bits.
 *
 * Four levels (2 bits), a byte holds four codes; six levels (3 bits), codes run over the byte's end:
 *
 *     bit       7   6   5   4   3   2   1   0       7   6   5   4   3   2   1   0
 *     2 bits  [ code 3 | code 2 | code 1 | code 0 ] [ code 7 | code 6 | code 5 | code 4 ]
 *     3 bits  [ c2 low |   code 1   |   code 0   ] [ c5 |   code 4   |   code 3   | c2 ]  c2: its high bit
 *
 * Bits left over in the last byte are 0.
 */
export const bitsDecoder: Decoder = {
  id: 'bits',
  number: 0,
  byteLength: ({ shape, levels }) => Math.ceil((sizeOf(shape) * codeWidth(levels)) / 8),
  decode: async (bytes, { shape, levels }, where) => {
    const count = sizeOf(shape);
    const width = codeWidth(levels);
    const codes = new Uint8Array(count);
    let pending = 0;
    let filled = 0;
    let offset = 0;
    await inSlices(count, (from, to) => {
      for (let index = from; index < to; index++) {
        if (filled < width) {
          pending |= bytes[offset++]! << filled;
          filled += 8;
        }
        const code = pending & ((1 << width) - 1);
        if (code >= levels) throw damaged(where, 'a code is beyond the last level');
        codes[index] = code;
        pending >>= width;
        filled -= width;
      }
    });
    if (pending !== 0) throw damaged(where, 'bytes after the last code');
    return codes;
  },
};

/** 1 bit for 2 levels, 2 for 3 and 4, ... 8 for 129 to 256. */
export function codeWidth(levels: number): number {
  return 32 - Math.clz32(levels - 1);
}

/** Writes what `bitsDecoder` reads. */
export const bits: Coder = {
  decoder: bitsDecoder,
  encode: (codes, { levels }) => {
    const width = codeWidth(levels);
    const bytes = new Uint8Array(Math.ceil((codes.length * width) / 8));
    let pending = 0;
    let filled = 0;
    let offset = 0;
    for (const code of codes) {
      pending |= code << filled;
      filled += width;
      if (filled >= 8) {
        bytes[offset++] = pending;
        pending >>= 8;
        filled -= 8;
      }
    }
    if (filled > 0) bytes[offset] = pending;
    return bytes;
  },
};
