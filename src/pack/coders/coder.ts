/** A way to write a tensor's codes: one file here, one line in index.ts. */
export interface Coder {
  /** The name in the tensor table; files keep it forever. */
  readonly id: string;
  /**
   * Bytes that `count` codes take, where that doesn't depend on the codes; without it the table holds the length.
   *
   * @param levels  How many values a code can take, 2 to 256.
   */
  byteLength?(count: number, levels: number): number;
  encode(codes: Uint8Array, levels: number): Uint8Array;
  /**
   * Undoes `encode`; `bytes` is untrusted, its length is what the table or `byteLength` says.
   *
   * The caller checks that the codes are below `levels`. A coder without `byteLength` checks that `count` codes can
   * lie in `bytes` before it allocates them.
   *
   * @throws QgtError `bad-qgt` for bytes that `encode` doesn't write.
   */
  decode(bytes: Uint8Array, count: number, levels: number, where: string): Uint8Array;
}
