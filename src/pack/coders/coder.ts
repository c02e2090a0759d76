import type { CodesForm, Decoder } from '../decoders/index.js';

/** A way to write a tensor's codes: one file here, one beside its decoder, one line in each index.ts. */
export interface Coder extends Decoder {
  encode(codes: Uint8Array, form: CodesForm): Uint8Array;
}
