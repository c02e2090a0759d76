import { sizeOf } from '../../core/index.js';
import { damaged } from '../damage.js';
import { walkCodes } from './code-model.js';
import type { Decoder } from './decoder.js';
import { RangeDecoder } from './range-decoder.js';

/** No bit takes less than log2(4096 / 4095), so no byte holds more codes than this. */
const CODES_PER_BYTE = 2 ** 15;
/** The decoder has read so many bytes beyond what the last code needs. */
const READ_AHEAD_BYTES = 4;

/** Codes in as many bits as they surprise a model that learns from the codes before them: `walkCodes`. */
export const rangeDecoder: Decoder = {
  id: 'range',
  number: 2,
  decode: (bytes, form, where) => {
    const count = sizeOf(form.shape);
    // Also false for NaN, which a shape of huge dimensions and a 0 gives.
    if (!(count <= (bytes.length + READ_AHEAD_BYTES) * CODES_PER_BYTE))
      throw damaged(where, 'more codes than bytes');
    const codes = new Uint8Array(count);
    const decoder = new RangeDecoder(bytes);
    walkCodes(codes, form, decoder);
    if (decoder.bytesRead < bytes.length) throw damaged(where, 'bytes after the last code');
    return codes;
  },
};
