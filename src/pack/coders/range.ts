import { walkCodes } from '../decoders/code-model.js';
import { rangeDecoder } from '../decoders/range.js';
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
