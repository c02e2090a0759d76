import type { Shape } from '../../core/index.js';

/** Facts about a tensor's codes that are known before they are read. */
export interface CodesForm {
  readonly shape: Shape;
  /** Number of values that a code can take, 2 to 256. */
  readonly levels: number;
}

/** Reader of a tensor's codes that one of the coders wrote. */
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
   * `checkUnpacked` has bounded how many codes there are.
   *
   * @returns Codes below `levels`.
   * @throws QgtError `bad-qgt` for bytes that `encode` doesn't write.
   */
  decode(bytes: Uint8Array, form: CodesForm, where: string): Promise<Uint8Array>;
}

/** A way to write a tensor's codes, and the decoder that reads them: one file here, a line for each in the index. */
export interface Coder {
  readonly decoder: Decoder;
  encode(codes: Uint8Array, form: CodesForm): Uint8Array;
}
