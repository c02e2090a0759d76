import { damaged } from './damage.js';

/** Hands out bytes from the front, and never more than there are. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** @param where  What is read, for messages; changed from tensor to tensor. */
  constructor(
    bytes: Uint8Array,
    public where: string,
  ) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  /**
   * A copy of the next bytes.
   *
   * @throws QgtError `bad-qgt` where there are fewer.
   */
  take(length: number): Uint8Array<ArrayBuffer> {
    // Also false for NaN, which a shape of huge dimensions and a 0 gives.
    if (!(length <= this.left)) throw damaged(this.where, 'the tensor goes beyond the data');
    this.#offset += length;
    return this.#bytes.slice(this.#offset - length, this.#offset);
  }

  /** A count as `countBytes` writes it. */
  takeCount(): number {
    let count = 0;
    for (let unit = 1; unit <= 2 ** 28; unit *= 128) {
      const byte = this.take(1)[0]!;
      count += (byte & 127) * unit;
      if (byte < 128) return count;
    }
    throw damaged(this.where, 'a length without an end');
  }
}

/** A count in LEB128: seven bits a byte, the lowest first, 128 added to all but the last. */
export function countBytes(count: number): Uint8Array {
  const bytes: number[] = [];
  let rest = count;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128));
  return Uint8Array.of(...bytes, rest);
}
