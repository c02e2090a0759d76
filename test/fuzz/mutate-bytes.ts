import type { Random } from '../../src/core/index.js';
import { pick } from './target.js';

const EXTREMES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
const MOST_CHANGES = 4;
const MOST_COPIES = 64;

type Change = (bytes: Buffer, random: Random, others: readonly Uint8Array[]) => Buffer;

/** A stretch of bytes, mostly a short one. */
function stretch(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  const most = random.next() < 0.8 ? 16 : bytes.length;
  return [start, Math.min(bytes.length, start + random.below(most + 1))];
}

function numberAt(bytes: Buffer, random: Random): Buffer {
  const size = pick(random, [1, 2, 4]);
  if (bytes.length < size) return bytes;
  const at = random.below(bytes.length - size + 1);
  const value = pick(random, EXTREMES) % 256 ** size;
  if (random.next() < 0.5) bytes.writeUIntLE(value, at, size);
  else bytes.writeUIntBE(value, at, size);
  return bytes;
}

const changes: readonly Change[] = [
  (bytes, random) => {
    if (bytes.length > 0) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes;
  },
  numberAt,
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const [start, end] = stretch(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  (bytes, random) => {
    const [start, end] = stretch(bytes, random);
    const copies = Array(1 + random.below(MOST_COPIES)).fill(bytes.subarray(start, end));
    return Buffer.concat([bytes.subarray(0, end), ...copies, bytes.subarray(end)]);
  },
  (bytes, random) => {
    const [start, end] = stretch(bytes, random);
    return bytes.fill(random.below(256), start, end);
  },
  (bytes, random, others) => {
    const other = Buffer.from(pick(random, others));
    const [start, end] = stretch(other, random);
    const at = random.below(bytes.length + 1);
    const rest = random.next() < 0.5 ? at : Math.min(bytes.length, at + end - start);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(rest)]);
  },
];

/**
 * Flips bits, writes extreme numbers, cuts, repeats, fills and splices.
 *
 * @param others  Whole inputs to take pieces from.
 */
export function mutateBytes(whole: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(whole);
  for (let left = 1 + random.below(MOST_CHANGES); left > 0; left--)
    bytes = pick(random, changes)(bytes, random, others);
  return bytes;
}
