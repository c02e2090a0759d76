import { digitsPerByte, radixDecoder } from '../decoders/radix.js';
import type { Coder } from './coder.js';

/** What `radixDecoder` reads. */
export const radix: Coder = {
  ...radixDecoder,
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
