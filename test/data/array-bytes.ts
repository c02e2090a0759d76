import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { dump } from 'npyjs';

type Numbers = Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/** An .npy file, written by npyjs. */
export function npyBytes(values: Numbers, shape: readonly number[]): Uint8Array {
  return new Uint8Array(dump(values as Float32Array, [...shape]));
}

/** An .npz file, written by fflate. */
export function npzBytes(
  arrays: Readonly<Record<string, readonly [Numbers, readonly number[]]>>,
  level: 0 | 6 = 0,
): Uint8Array {
  const files = Object.entries(arrays).map(([name, [values, shape]]) => [
    `${name}.npy`,
    npyBytes(values, shape),
  ]);
  return zipSync(Object.fromEntries(files), { level });
}

/** An idx file, written from its description. */
export function idxBytes(type: number, shape: readonly number[], payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  for (const [axis, dimension] of shape.entries()) header.writeUInt32BE(dimension, 4 + 4 * axis);
  return Buffer.concat([header, payload]);
}

/** The same gzipped. */
export function gzipped(bytes: Uint8Array): Uint8Array {
  return gzipSync(bytes);
}

/** A zip archive of one stored file whose sizes and offsets are all in ZIP64 fields. */
export function zip64Bytes(name: string, contents: Uint8Array): Uint8Array {
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(0xffffffff, 18);
  local.writeUInt32LE(0xffffffff, 22);
  local.writeUInt16LE(name.length, 26);
  local.writeUInt16LE(20, 28);
  const localExtra = extraField([contents.length, contents.length]);
  const front = Buffer.concat([Buffer.from('junk'), local, Buffer.from(name), localExtra, contents]);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  for (const field of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, field);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(6 + 28, 30);
  const timestamps = Buffer.from([0x55, 0x54, 2, 0, 0, 0]);
  const directory = Buffer.concat([
    entry,
    Buffer.from(name),
    timestamps,
    extraField([contents.length, contents.length, 4]),
  ]);
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  for (const count of [24, 32]) end64.writeBigUInt64LE(1n, count);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(front.length), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(front.length + directory.length), 8);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.fill(0xff, 8, 20);
  return Buffer.concat([front, directory, end64, locator, end]);
}

function extraField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return field;
}
