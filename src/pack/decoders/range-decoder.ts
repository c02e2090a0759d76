import type { BitCoder } from './code-model.js';

/** Reads what `RangeEncoder` wrote; beyond the last byte there are zeros. */
export class RangeDecoder implements BitCoder {
  bytesRead = 0;
  /** Where the number lies in the interval. */
  private offset = 0;
  private range = 2 ** 32 - 1;

  constructor(private readonly bytes: Uint8Array) {
    for (let byte = 0; byte < 4; byte++) this.shift();
  }

  code(_bit: number, probability: number): number {
    const bound = (this.range >>> 12) * probability;
    const bit = this.offset < bound ? 1 : 0;
    if (bit === 1) this.range = bound;
    else {
      this.offset -= bound;
      this.range -= bound;
    }
    while (this.range < 2 ** 24) {
      this.shift();
      this.range *= 256;
    }
    return bit;
  }

  private shift(): void {
    this.offset = ((this.offset << 8) | (this.bytes[this.bytesRead++] ?? 0)) >>> 0;
  }
}
