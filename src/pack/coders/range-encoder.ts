/**
 * Writes bits as a number between 0 and 1: each narrows an interval to the part that its probability gives it.
 *
 * @see Martin 1979, "Range encoding"; the binary form is that of LZMA, without its first byte, which is always 0.
 */
export class RangeEncoder {
  private bytes = new Uint8Array(1024);
  private length = 0;
  /** Start of the interval, in units of 2 ** -32 of the last byte written. */
  private low = 0;
  private range = 2 ** 32 - 1;

  /** @param probability  That the bit is 1, in 4096ths: 1 to 4095. */
  write(bit: number, probability: number): void {
    const bound = (this.range >>> 12) * probability;
    if (bit === 1) this.range = bound;
    else {
      this.low += bound;
      this.range -= bound;
    }
    while (this.range < 2 ** 24) {
      this.shift();
      this.range *= 256;
    }
  }

  /** The fewest bytes that name a number in the interval: those after them are read as 0, so zeros at the end go. */
  finish(): Uint8Array {
    const end = this.low + this.range;
    const unit = [2 ** 32, 2 ** 24, 2 ** 16, 2 ** 8, 1].find(
      (each) => Math.ceil(this.low / each) * each < end,
    )!;
    this.low = Math.ceil(this.low / unit) * unit;
    for (let byte = 0; byte < 4; byte++) this.shift();
    let { length } = this;
    while (length > 0 && this.bytes[length - 1] === 0) length--;
    return this.bytes.slice(0, length);
  }

  /** Moves the topmost byte of `low` out; what it has over 32 bits is carried into the bytes before. */
  private shift(): void {
    if (this.low >= 2 ** 32) {
      this.low -= 2 ** 32;
      for (let at = this.length - 1; ++this.bytes[at]! > 255; at--);
    }
    if (this.length === this.bytes.length) {
      const longer = new Uint8Array(this.length * 2);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[this.length++] = this.low / 2 ** 24;
    this.low = (this.low << 8) >>> 0;
  }
}
