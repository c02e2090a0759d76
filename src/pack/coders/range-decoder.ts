import { sizeOf } from '../../core/index.js';
import { codeWidth } from '../coders/bits.js';
import { LINES } from '../coders/logistic.js';
import type { CodesForm } from './coder.js';

/** Places at the front of the memory for the interval, the bytes and the row, from one call to the next. */
const RANGE = 0;
const OFFSET = 1;
const AT = 2;
const ROW = 3;
/** Begin of the weights that have a context: 17 times 16 nodes, of 6 sources in 8 places each. */
const CONTEXTS = 2048;
/** Where it stands, for each weight, by how much its patience has grown. */
const GROWN = 4224;
const MAX_PATIENCE = 40;

/** The own memory of the decoder that is at work, where the common one is put when another decoder goes on. */
let home = new Int32Array(2 * GROWN);

/**
 * Reads codes that `RangeEncoder` wrote by a `CodeModel`, as many at a time as wanted: docs/format.md, 'Coder range'.
 *
 * Nearly all time of unpacking goes here. So the model is written out a second time, in one loop that leaves local
 * variables only for memory, with its constants as literals. A bit takes as long as its probability takes to compute: no
 * branch depends on the bit, which processors would guess wrong as often as it surprises, and most errors are divided
 * by a constant. Nothing in a branch that is first taken late does arithmetic, which would compile the loop anew.
 *
 * The numbers of the interval are unsigned, of 32 bits, but kept as signed ones, which engines don't turn into doubles;
 * `| 0` tells them that no place lies beyond 32 bits.
 */
export class RangeDecoder {
  /**
   * All of it in one array, so that few registers find it, and in the same one whichever decoder is at work: what lies on
   * a prototype engines take for constant, and put its address into the code.
   *
   * A weight lies at its source + 8 * its node + 128 * its context + 2048; weights of nodes from 16 on, which have no
   * context, at 8 * the node, one in place of six that never differ. A context's node 0, of which there is none, has a bit
   * for each node whose weight grows more patient yet. At 8 * a code + 4 lies how far it is from the middle, 0 to 255.
   */
  declare readonly memory: Int32Array;
  /** The straight lines of the logistic function, there for the same reason. */
  declare readonly lines: Int32Array;
  /** Its memory while others are at work. */
  readonly #home = new Int32Array(2 * GROWN);
  readonly #columns: Uint16Array;
  /** Four dimensions, the last one first, and how many codes lie between neighbours along each. */
  readonly #sizes: readonly number[];
  readonly #strides: readonly number[];
  readonly #bytes: Uint8Array;
  readonly #codes: Uint8Array;
  readonly #levels: number;

  constructor(bytes: Uint8Array, codes: Uint8Array, { shape, levels }: CodesForm) {
    this.#codes = codes;
    this.#levels = levels;
    const dimensions = shape.slice(0, shape.findLastIndex((size) => size !== 1) + 1);
    this.#sizes = [...dimensions.reverse(), 1, 1, 1, 1];
    this.#strides = [0, 1, 2, 3].map((axis) => sizeOf(this.#sizes.slice(0, axis)));
    // No more of them than codes, whatever the shape of no codes says.
    this.#columns = new Uint16Array(Math.min(this.#sizes[0]!, codes.length)).fill(1024);
    // Beyond the last byte there are zeros.
    this.#bytes = new Uint8Array(bytes.length + 4);
    this.#bytes.set(bytes);
    const memory = this.#home;
    const top = levels - 1;
    for (let code = 0; code < levels; code++) memory[8 * code + 4] = (255 * Math.abs(2 * code - top)) / top;
    for (let place = CONTEXTS; place < GROWN; place += 128) memory.fill(-1, place, place + 6);
    memory[RANGE] = -1;
    memory[ROW] = 1024;
    for (; memory[AT]! < 4; memory[AT]!++)
      memory[OFFSET] = (memory[OFFSET]! << 8) | this.#bytes[memory[AT]!]!;
  }

  /**
   * Decodes the codes from `from` up to `to`; all before them are there.
   *
   * @returns How many bytes it has taken, those beyond the last one counted too.
   */
  decode(from: number, to: number): number {
    const row = this.#sizes[0]!;
    if (home !== this.#home) {
      home.set(this.memory);
      home = this.#home;
      this.memory.set(home);
    }
    for (let index = from; index < to; ) {
      const end = Math.min(to, index - (index % row) + row);
      this.#decodeInRow(index, end);
      index = end;
    }
    return this.memory[AT]!;
  }

  /** Decodes codes of one row. */
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: one loop with its variables; parted it takes twice as long
  #decodeInRow(from: number, to: number): void {
    const bytes = this.#bytes;
    const codes = this.#codes;
    const columns = this.#columns;
    const { memory, lines } = this;
    const width = codeWidth(this.#levels);
    const lowBits = Math.max(0, width - 4);
    const limit = (1 << width) + this.#levels;
    const back1 = this.#reach(1, from);
    const back2 = this.#reach(2, from);
    const back3 = this.#reach(3, from);
    const mask1 = -Number(back1 > 0);
    const mask2 = -Number(back2 > 0);
    const mask3 = -Number(back3 > 0);
    let column = from % this.#sizes[0]!;
    let start0 = column > 0 ? ((codes[from - 1]! >> lowBits) + 17) << 7 : CONTEXTS;
    let range = memory[RANGE]!;
    let offset = memory[OFFSET]!;
    let at = memory[AT]!;
    let row = memory[ROW]!;
    for (let index = from; index < to; index++) {
      const start1 = ((((codes[(index - back1) | 0]! >> lowBits) + 1) << 7) & mask1) + 2049;
      const start2 = ((((codes[(index - back2) | 0]! >> lowBits) + 1) << 7) & mask2) + 2050;
      const start3 = ((((codes[(index - back3) | 0]! >> lowBits) + 1) << 7) & mask3) + 2051;
      const average = columns[column]!;
      const start4 = (average & 0x7f80) + 2052;
      const start5 = (row & 0x7f80) + 2053;
      const growing =
        memory[start0]! |
        memory[start1]! |
        memory[start2]! |
        memory[start3]! |
        memory[start4]! |
        memory[start5]!;
      let slot = 8;
      for (let left = width - 1; left >= 0; left--) {
        let isZero = -1;
        if (((slot >> 2) + 1) << left < limit) {
          const at0 = (start0 + slot) | 0;
          const at1 = (start1 + slot) | 0;
          const at2 = (start2 + slot) | 0;
          const at3 = (start3 + slot) | 0;
          const at4 = (start4 + slot) | 0;
          const at5 = (start5 + slot) | 0;
          const sum =
            slot < 128
              ? ((((memory[at1]! + memory[at2]!) | 0) + ((memory[at3]! + memory[at4]!) | 0)) | 0) +
                ((memory[at5]! + memory[at0]!) | 0)
              : Math.imul(6, memory[slot]!);
          // The same as `logistic`.
          let half = sum >> 15;
          if ((half + 24) >>> 0 > 47) half = (sum >> 31) ^ 23;
          const rise = Math.imul(lines[(half + 72) | 0]!, sum & 0x7fff);
          const predicted = ((lines[(half + 24) | 0]! + rise) | 0) >> 15;
          const bound = Math.imul(range >>> 12, predicted >> 4 || 1);
          const bit = Number(offset >>> 0 < bound >>> 0);
          isZero = bit - 1;
          offset = (offset - (bound & isZero)) | 0;
          range = (bound + ((((range - bound) | 0) - bound) & isZero)) | 0;
          const shift = Math.clz32(range) & 24;
          if (shift > 0) {
            offset = (offset << shift) | (((bytes[at]! << 8) | bytes[at + 1]!) >> (16 - shift));
            at += shift >> 3;
            range <<= shift;
          }
          const error = (bit << 16) - predicted;
          const by = (error / 40) | 0;
          if (slot >= 128) learn(memory, 0, slot, error);
          else if ((growing >> (slot >> 3)) & 1) {
            for (const start of [start0, start1, start2, start3, start4, start5])
              learn(memory, start, slot, error);
          } else {
            memory[at0]! += by;
            memory[at1]! += by;
            memory[at2]! += by;
            memory[at3]! += by;
            memory[at4]! += by;
            memory[at5]! += by;
          }
        }
        slot = (slot << 1) + 8 + (isZero << 3);
      }
      const code = (slot >> 3) - (1 << width);
      codes[index] = code;
      start0 = ((code >> lowBits) + 17) << 7;
      const distance = memory[8 * code + 4]!;
      columns[column++] = average + distance - (average >> 3);
      row += distance - (row >> 3);
    }
    memory[RANGE] = range;
    memory[OFFSET] = offset;
    memory[AT] = at;
    memory[ROW] = row;
  }

  /** How far back the neighbour of a code lies along an axis; 0 where there is none. */
  #reach(axis: number, index: number): number {
    const stride = this.#strides[axis]!;
    return Math.floor(index / stride) % this.#sizes[axis]! > 0 ? stride : 0;
  }
}

Object.assign(RangeDecoder.prototype, { memory: new Int32Array(2 * GROWN), lines: LINES });

/**
 * Moves a weight by the error divided by its patience, which grows.
 *
 * @param start  Its context; 0 for one without, where no bits are kept: what lies there is written anew afterwards.
 */
function learn(memory: Int32Array, start: number, slot: number, error: number): void {
  const at = start + slot;
  const grown = memory[GROWN + at]!;
  const patience = 118 - 4 * Math.clz32(slot) + grown;
  memory[at]! += (error / patience) | 0;
  if (patience < MAX_PATIENCE) memory[GROWN + at] = grown + 1;
  else memory[start]! &= ~(1 << (slot >> 3));
}
