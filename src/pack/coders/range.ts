import { sizeOf } from '../../core/index.js';
import { RangeDecoder } from '../coders/range-decoder.js';
import { damaged } from '../damage.js';
import { inSlices } from '../slices.js';
import type { Coder, Decoder } from './coder.js';
import { RangeEncoder } from './range-encoder.js';
import { walkCodes } from './walk-codes.js';

/** Range coding: a code takes the bits of its probability in a model that learns from those before: `CodeModel`. */
export const rangeDecoder: Decoder = {
  id: 'range',
  number: 2,
  decode: async (bytes, form, where) => {
    // A byte may hold any number of codes that are all the same.
    const codes = new Uint8Array(sizeOf(form.shape));
    const decoder = new RangeDecoder(bytes, codes, form);
    let taken = 4;
    await inSlices(codes.length, (from, to) => {
      taken = decoder.decode(from, to);
    });
    if (taken < bytes.length) throw damaged(where, 'bytes after the last code');
    return codes;
  },
};

/** Writes what `rangeDecoder` reads. */
export const range: Coder = {
  decoder: rangeDecoder,
  encode: (codes, form) => {
    const encoder = new RangeEncoder();
    walkCodes(codes, form, encoder);
    return encoder.finish();
  },
};
