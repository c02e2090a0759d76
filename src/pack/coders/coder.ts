import type { Shape } from '../../core/index.js';

/** What is known of a tensor's codes before they are read. */
export interface CodesForm {
  readonly shape: Shape;
  /** How many values a code can take, 2 to 256. */
  readonly levels: number;
}

/** Reads a tensor's codes that were written in one of the ways there are. */
export interface Decoder {
  /** The name in the tensor table of version 1; files keep it forever. */
  readonly id: string;
  /** The byte before the codes from version 2 on; files keep it forever. */
  readonly number: number;
  /** Bytes that codes take, where that doesn't depend on the codes; without it the file holds the length. */
  byteLength?(form: CodesForm): number;
  /**
   * Undoes the coder's `encode`; `bytes` is untrusted, its length is what the file or `byteLength` says.
   *
   * The caller checks that the codes are below `levels`. A decoder without `byteLength` checks that as many codes can
   * lie in `bytes` before it allocates them.
   *
   * @throws QgtError `bad-qgt` for bytes that `encode` doesn't write.
   */
  decode(bytes: Uint8Array, form: CodesForm, where: string): Uint8Array;
}

/** A way to write a tensor's codes, and the decoder that reads them: one file here, a line for each in the index. */
export interface Coder {
  readonly decoder: Decoder;
  encode(codes: Uint8Array, form: CodesForm): Uint8Array;
}
