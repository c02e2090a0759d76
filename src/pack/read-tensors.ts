import { channelsOf, sizeOf } from '../core/index.js';
import { readBytes, readCodes } from './blocks.js';
import { ByteReader } from './byte-reader.js';
import { gridProblem } from './codes-check.js';
import { damaged } from './damage.js';
import { readFloats } from './floats.js';
import { evenLevels } from './levels.js';
import { countFloats, rawBytes } from './limit.js';
import type { CodedTensor, RawTensor, StoredTensor } from './packed-model.js';
import type { CodesEntry, RawEntry, RepeatedEntry, TableEntry } from './table.js';

/** Hands out what tensors are made of, as it lies in a file of one version. */
interface Source {
  floats(count: number): Float32Array;
  bytes(count: number): Promise<Uint8Array>;
  codes(entry: CodesEntry, levels: number): Promise<Uint8Array>;
}

/**
 * Reads the tensors of the table from the data section.
 *
 * @throws QgtError `bad-qgt`, naming the tensor that doesn't fit; `newer-qgt` for an unknown coder.
 */
export async function readTensors(
  version: number,
  entries: readonly TableEntry[],
  data: Uint8Array,
  where: string,
): Promise<StoredTensor[]> {
  const reader = new ByteReader(data, where);
  const source = version === 1 ? oneAfterTheOther(reader) : await floatsFirst(entries, reader);
  const tensors: StoredTensor[] = [];
  for (const entry of entries) {
    const place = `${where}: ${entry.n}`;
    reader.where = place;
    if ('r' in entry) tensors.push(repeat(entry, tensors, place));
    else tensors.push(await ('l' in entry ? readCoded(entry, source, place) : readRaw(entry, source, place)));
  }
  if (reader.left > 0) throw damaged(where, 'data after the last tensor');
  return tensors;
}

/** Version 1: all that a tensor has lies together, and the table names the coder. */
function oneAfterTheOther(reader: ByteReader): Source {
  return {
    floats: (count) => new Float32Array(reader.take(count * 4).buffer),
    bytes: async (count) => reader.take(count),
    codes: ({ s: shape, c }, levels) => readCodes({ shape, levels }, reader, c ?? ''),
  };
}

/** Version 2: the float32s of all tensors, then what else each has. */
async function floatsFirst(entries: readonly TableEntry[], reader: ByteReader): Promise<Source> {
  const count = entries.reduce((sum, entry) => sum + countFloats(entry), 0);
  const floats = await readFloats(count, reader);
  let taken = 0;
  return {
    floats: (length) => {
      taken += length;
      return floats.subarray(taken - length, taken);
    },
    bytes: (length) => readBytes(length, reader),
    codes: ({ s: shape }, levels) => readCodes({ shape, levels }, reader),
  };
}

function repeat({ n: name, r }: RepeatedEntry, before: readonly StoredTensor[], where: string): StoredTensor {
  const tensor = before[r];
  if (tensor === undefined) throw damaged(where, 'repeats no tensor before it');
  return { ...tensor, name };
}

async function readRaw(entry: RawEntry, source: Source, where: string): Promise<RawTensor> {
  const { n: name, s: shape, d } = entry;
  const length = rawBytes(entry);
  // A string has 4 bytes of length in front of it.
  if (d === 'string' && !(sizeOf(shape) * 4 <= length)) throw damaged(where, 'more strings than bytes');
  const bytes = d && (await source.bytes(length));
  const values =
    bytes === undefined
      ? source.floats(length / 4)
      : d === 'int32'
        ? new Int32Array(bytes.buffer as ArrayBuffer)
        : bytes;
  return { encoding: 'raw', name, shape, dtype: d ?? 'float32', values };
}

async function readCoded(entry: CodesEntry, source: Source, where: string): Promise<CodedTensor> {
  const { n: name, s: shape, a: axes = [], l, o } = entry;
  const { channels } = channelsOf(shape, axes);
  const levels = typeof l === 'number' ? source.floats(l) : evenLevels(...l);
  const scale = source.floats(channels);
  const grid = { levels, scale, ...(o === undefined ? {} : { offset: source.floats(channels) }) };
  const codes = await source.codes(entry, levels.length);
  const problem = gridProblem(grid);
  if (problem !== undefined) throw damaged(where, problem);
  return { encoding: 'codes', name, shape, axes, codes, grid };
}
