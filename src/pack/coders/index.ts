import { bits } from './bits.js';
import type { Coder } from './coder.js';
import { radix } from './radix.js';
import { range } from './range.js';

/** Every coder; `packModel` takes the one that writes a tensor shortest, the first of equals. */
export const coders: readonly Coder[] = [bits, radix, range];
export type { Coder };
