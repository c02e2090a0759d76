import { sizeOf } from '../../core/index.js';
import { RangeDecoder } from '../coders/range-decoder.js';
import { walkCodes } from '../coders/walk-codes.js';
import { damaged } from '../damage.js';
import type { Coder, Decoder } from './coder.js';
import { RangeEncoder } from './range-encoder.js';

/** Range coding: a code takes the bits of its probability in a model that learns from those before: `walkCodes`. */
export const rangeDecoder: Decoder = {
  id: 'range',
  number: 2,
  decode: (bytes, form, where) => {
    const count = sizeOf(form.shape);
    // No bit takes less than log2(4096 / 4095), and 4 bytes are read ahead of the last code.
    // Also false for NaN, which a shape of huge dimensions and a 0 gives.
    if (!(count <= (bytes.length + 4) * 2 ** 15)) throw damaged(where, 'more codes than bytes');
    const codes = new Uint8Array(count);
    const decoder = new RangeDecoder(bytes);
    walkCodes(codes, form, decoder);
    if (decoder.bytesRead < bytes.length) throw damaged(where, 'bytes after the last code');
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
