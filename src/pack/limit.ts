import { BYTES_PER_ELEMENT, channelsOf, QgtError, sizeOf } from '../core/index.js';
import type { RawEntry, TableEntry } from './table.js';

/**
 * Most bytes that a file of this length unpacks to unless more are allowed: weights of 2 bits take 16 times their codes,
 * rare codes some times that, and a small file may say that all of its weights are equal.
 */
export function defaultLimit(fileBytes: number): number {
  return Math.min(2 ** 31, Math.max(2 ** 24, 256 * fileBytes));
}

/** @throws QgtError `too-large`. */
export function checkUnpacked(bytes: number, most: number, where: string): void {
  // Also false for NaN, which a shape of huge dimensions and a 0 gives.
  if (bytes <= most) return;
  throw new QgtError('too-large', {
    where,
    what: 'unpacks to too many bytes',
    got: bytes,
    expected: `at most ${most}`,
    remedy: 'raise maxUnpackedBytes (--max-unpacked-bytes) if you trust it',
  });
}

/** Bytes of all tensors in a table once their codes are float32 and each repeated one has values of its own. */
export function unpackedBytes(entries: readonly TableEntry[]): number {
  const sizes: number[] = [];
  for (const entry of entries) sizes.push('r' in entry ? (sizes[entry.r] ?? 0) : entryBytes(entry));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function entryBytes(entry: Exclude<TableEntry, { readonly r: number }>): number {
  return 'l' in entry ? 4 * (countFloats(entry) + sizeOf(entry.s)) : rawBytes(entry);
}

/** Bytes of a raw tensor. */
export function rawBytes({ s: shape, b = 0, d }: RawEntry): number {
  return d === 'string' ? b : sizeOf(shape) * BYTES_PER_ELEMENT[d ?? 'float32'];
}

/** How many of the float32s that all tensors have together are an entry's. */
export function countFloats(entry: TableEntry): number {
  if ('r' in entry) return 0;
  if (!('l' in entry)) return entry.d === undefined ? sizeOf(entry.s) : 0;
  const { s: shape, a: axes = [], l, o = 0 } = entry;
  return (typeof l === 'number' ? l : 0) + (1 + o) * channelsOf(shape, axes).channels;
}
