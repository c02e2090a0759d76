import type { BitCoder } from './code-model.js';

/**
 * Reads what `RangeEncoder` wrote; beyond the last byte there are zeros.
 *
 * No branch depends on the bit that comes: processors would guess it wrong as often as it surprises. The numbers are
 * unsigned, of 32 bits, but kept as signed ones, which engines don't turn into doubles.
 */
export class RangeDecoder implements BitCoder {
  bytesRead = 0;
  private offset = 0;
  private range = -1;

  constructor(private readonly bytes: Uint8Array) {
    for (let byte = 0; byte < 4; byte++) this.shift();
  }

  code(_bit: number, probability: number): number {
    const { range } = this;
    const bound = Math.imul(range >>> 12, probability);
    const bit = Number(this.offset >>> 0 < bound >>> 0);
    // All ones where the bit is 0, which leaves `bound` out of the interval.
    const isZero = bit - 1;
    this.offset = (this.offset - (bound & isZero)) | 0;
    let narrowed = (bound + ((range - bound - bound) & isZero)) | 0;
    while (narrowed >>> 24 === 0) {
      this.shift();
      narrowed <<= 8;
    }
    this.range = narrowed;
    return bit;
  }

  private shift(): void {
    this.offset = (this.offset << 8) | (this.bytes[this.bytesRead++] ?? 0);
  }
}
