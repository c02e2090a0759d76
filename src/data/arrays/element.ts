import { float16ToFloat32 } from 'npyjs';
import type { RowArray, Rows } from '../dataset.js';

/** Storage format of one number in a file. */
export interface Element {
  /** Name in numpy: `uint8`, `float64`, ... */
  readonly name: string;
  readonly bytes: number;
  /** Type in which its rows are kept: the smallest of the three that holds it, or would if the values fit. */
  readonly dtype: Rows['dtype'];
  readonly read: (view: DataView, at: number) => number;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const KINDS = {
  uint8: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, dtype: 'uint8', read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getInt16(at, little) },
  uint16: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getUint16(at, little) },
  int32: { bytes: 4, dtype: 'int32', read: (view, at, little) => view.getInt32(at, little) },
  uint32: { bytes: 4, dtype: 'int32', read: (view, at, little) => view.getUint32(at, little) },
  int64: { bytes: 8, dtype: 'int32', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  uint64: { bytes: 8, dtype: 'int32', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  float16: {
    bytes: 2,
    dtype: 'float32',
    read: (view, at, little) => float16ToFloat32(view.getUint16(at, little)),
  },
  float32: { bytes: 4, dtype: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, dtype: 'float32', read: (view, at, little) => view.getFloat64(at, little) },
} as const satisfies Record<string, { bytes: number; dtype: Rows['dtype']; read: Read }>;

/** The element types that can be read. */
export type ElementName = keyof typeof KINDS;

/** The element of that name in one of the two byte orders. */
export function elementOf(name: ElementName, littleEndian: boolean): Element {
  const { bytes, dtype, read } = KINDS[name];
  return { name, bytes, dtype, read: (view, at) => read(view, at, littleEndian) };
}

/** Writes the numbers in `bytes`, whole ones, to `out` from `start` on. */
export function decodeElements(
  element: Element,
  bytes: Uint8Array,
  out: RowArray | Float64Array,
  start: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, to = start; at < bytes.length; at += element.bytes) out[to++] = element.read(view, at);
}
