import { rangeDecoder } from '../decoders/range.js';
import { walkCodes } from '../decoders/walk-codes.js';
import type { Coder } from './coder.js';
import { RangeEncoder } from './range-encoder.js';

/** What `rangeDecoder` reads. */
export const range: Coder = {
  ...rangeDecoder,
  encode: (codes, form) => {
    const encoder = new RangeEncoder();
    walkCodes(codes, form, encoder);
    return encoder.finish();
  },
};
