import { bits, bitsDecoder } from './bits.js';
import type { Coder, CodesForm, Decoder } from './coder.js';
import { radix, radixDecoder } from './radix.js';
import { range, rangeDecoder } from './range.js';

/** Every coder; `packModel` takes the one that writes a tensor shortest, the first of equals. */
export const coders: readonly Coder[] = [bits, radix, range];

/** Their decoders, listed apart so that a bundle that only reads has no code that writes. */
export const decoders: readonly Decoder[] = [bitsDecoder, radixDecoder, rangeDecoder];
export type { Coder, CodesForm, Decoder };
