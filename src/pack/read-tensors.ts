import { BYTES_PER_ELEMENT, channelLayout, type DType, sizeOf } from '../core/index.js';
import { readBytes, readCodes } from './blocks.js';
import { ByteReader } from './byte-reader.js';
import { gridProblem } from './codes-check.js';
import { damaged } from './damage.js';
import { readFloats } from './floats.js';
import { evenLevels } from './levels.js';
import { countFloats } from './limit.js';
import type { CodedTensor, RawTensor, StoredTensor } from './packed-model.js';
import type { CodesEntry, RawEntry, RepeatedEntry, TableEntry } from './table.js';

/** Hands out what tensors are made of, as it lies in a file of one version. */
interface Source {
  floats(count: number, where: string): Float32Array;
  bytes(count: number, where: string): Uint8Array<ArrayBuffer>;
  codes(entry: CodesEntry, levels: number, where: string): Uint8Array;
}

/**
 * Reads the tensors of the table from the data section.
 *
 * @throws QgtError `bad-qgt`, naming the tensor that doesn't fit; `newer-qgt` for an unknown coder.
 */
export function readTensors(
  version: number,
  entries: readonly TableEntry[],
  data: Uint8Array,
  where: string,
): StoredTensor[] {
  const reader = new ByteReader(data);
  const source = version === 1 ? oneAfterTheOther(reader) : floatsFirst(entries, reader, where);
  const tensors: StoredTensor[] = [];
  for (const entry of entries) {
    const place = `${where}: ${entry.n}`;
    if ('r' in entry) tensors.push(repeat(entry, tensors, place));
    else tensors.push('l' in entry ? readCoded(entry, source, place) : readRaw(entry, source, place));
  }
  if (reader.left > 0) throw damaged(where, 'data after the last tensor');
  return tensors;
}

/** Version 1: all that a tensor has lies together, and the table names the coder. */
function oneAfterTheOther(reader: ByteReader): Source {
  return {
    floats: (count, where) => new Float32Array(reader.take(count * 4, where).buffer),
    bytes: (count, where) => reader.take(count, where),
    codes: ({ s: shape, c }, levels, where) => readCodes({ shape, levels }, reader, where, c ?? ''),
  };
}

/** Version 2: the float32s of all tensors, then what else each has. */
function floatsFirst(entries: readonly TableEntry[], reader: ByteReader, where: string): Source {
  const count = entries.reduce((sum, entry) => sum + countFloats(entry), 0);
  const floats = readFloats(count, reader, where);
  let taken = 0;
  return {
    floats: (length) => {
      taken += length;
      return floats.slice(taken - length, taken);
    },
    bytes: (length, place) => readBytes(length, reader, place),
    codes: ({ s: shape }, levels, place) => readCodes({ shape, levels }, reader, place),
  };
}

function repeat({ n: name, r }: RepeatedEntry, before: readonly StoredTensor[], where: string): StoredTensor {
  const tensor = before[r];
  if (tensor === undefined) throw damaged(where, 'repeats no tensor before it');
  return { ...tensor, name };
}

function readRaw({ n: name, s: shape, d, b = 0 }: RawEntry, source: Source, where: string): RawTensor {
  const dtype: DType = d ?? 'float32';
  const count = sizeOf(shape);
  if (dtype === 'float32')
    return { encoding: 'raw', name, shape, dtype, values: source.floats(count, where) };
  // A string has 4 bytes of length in front of it.
  if (dtype === 'string' && !(count * 4 <= b)) throw damaged(where, 'more strings than bytes');
  const bytes = source.bytes(dtype === 'string' ? b : count * BYTES_PER_ELEMENT[dtype], where);
  const values = dtype === 'int32' ? new Int32Array(bytes.buffer) : bytes;
  return { encoding: 'raw', name, shape, dtype, values };
}

function readCoded(entry: CodesEntry, source: Source, where: string): CodedTensor {
  const { n: name, s: shape, a: axes = [], l, o } = entry;
  const { channels } = channelLayout(shape, axes);
  const levels = typeof l === 'number' ? source.floats(l, where) : evenLevels(...l);
  const scale = source.floats(channels, where);
  const grid = { levels, scale, ...(o === undefined ? {} : { offset: source.floats(channels, where) }) };
  const codes = source.codes(entry, levels.length, where);
  const problem = gridProblem(grid);
  if (problem !== undefined) throw damaged(where, problem);
  return { encoding: 'codes', name, shape, axes, codes, grid };
}
