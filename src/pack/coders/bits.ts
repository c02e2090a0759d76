import { bitsDecoder, codeWidth } from '../decoders/bits.js';
import type { Coder } from './coder.js';

/** What `bitsDecoder` reads. */
export const bits: Coder = {
  ...bitsDecoder,
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
