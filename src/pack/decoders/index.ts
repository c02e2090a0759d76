import { bitsDecoder } from './bits.js';
import type { CodesForm, Decoder } from './decoder.js';
import { radixDecoder } from './radix.js';
import { rangeDecoder } from './range.js';

/** A decoder for every coder, apart from them so that the runtime has no code that writes. */
export const decoders: readonly Decoder[] = [bitsDecoder, radixDecoder, rangeDecoder];
export type { CodesForm, Decoder };
