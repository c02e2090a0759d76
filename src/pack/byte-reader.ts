import { damaged } from './damage.js';

/** Hands out bytes from the front, and never more than there are. */
export class ByteReader {
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): number {
    return this.bytes.length - this.offset;
  }

  /**
   * A copy of the next bytes.
   *
   * @throws QgtError `bad-qgt` where there are fewer.
   */
  take(length: number, where: string): Uint8Array<ArrayBuffer> {
    // Also false for NaN, which a shape of huge dimensions and a 0 gives.
    if (!(length <= this.left)) throw damaged(where, 'the tensor goes beyond the data');
    this.offset += length;
    return this.bytes.slice(this.offset - length, this.offset);
  }

  /** A count as `countBytes` writes it. */
  takeCount(where: string): number {
    let count = 0;
    for (let unit = 1; unit <= 2 ** 28; unit *= 128) {
      const byte = this.take(1, where)[0]!;
      count += (byte & 127) * unit;
      if (byte < 128) return count;
    }
    throw damaged(where, 'a length without an end');
  }
}

/** A count in LEB128: seven bits a byte, the lowest first, 128 added to all but the last. */
export function countBytes(count: number): Uint8Array {
  const bytes: number[] = [];
  let rest = count;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  return Uint8Array.of(...bytes, rest);
}
