import { BYTES_PER_ELEMENT, channelLayout, type DType, sizeOf } from '../core/index.js';
import { coders } from './coders/index.js';
import { problemOf } from './codes-check.js';
import { damaged, tooNew } from './damage.js';
import { evenLevels } from './levels.js';
import type { CodedTensor, RawTensor, StoredTensor } from './packed-model.js';
import type { CodesEntry, RawEntry, TableEntry } from './table.js';

/** Hands out a copy of the next bytes. */
type Take = (length: number) => Uint8Array<ArrayBuffer>;

/**
 * Reads the tensors of the table from the data section.
 *
 * @throws QgtError `bad-qgt`, naming the tensor that doesn't fit; `newer-qgt` for an unknown coder.
 */
export function readTensors(entries: readonly TableEntry[], data: Uint8Array, where: string): StoredTensor[] {
  let offset = 0;
  const tensors = entries.map((entry) => {
    const place = `${where}: ${entry.n}`;
    const take: Take = (length) => {
      // Also false for NaN, which a shape of huge dimensions and a 0 gives.
      if (!(length <= data.length - offset)) throw damaged(place, 'the tensor goes beyond the data');
      offset += length;
      return data.slice(offset - length, offset);
    };
    return 'c' in entry ? readCodes(entry, take, place) : readRaw(entry, take, place);
  });
  if (offset < data.length) throw damaged(where, 'data after the last tensor');
  return tensors;
}

function readRaw({ n: name, s: shape, d, b = 0 }: RawEntry, take: Take, where: string): RawTensor {
  const dtype: DType = d ?? 'float32';
  // A string has 4 bytes of length in front of it.
  if (dtype === 'string' && !(sizeOf(shape) * 4 <= b)) throw damaged(where, 'more strings than bytes');
  const bytes = take(dtype === 'string' ? b : sizeOf(shape) * BYTES_PER_ELEMENT[dtype]);
  return { encoding: 'raw', name, shape, dtype, values: viewAs(dtype, bytes) };
}

function viewAs(dtype: DType, bytes: Uint8Array<ArrayBuffer>): RawTensor['values'] {
  if (dtype === 'float32') return new Float32Array(bytes.buffer);
  return dtype === 'int32' ? new Int32Array(bytes.buffer) : bytes;
}

function readCodes(entry: CodesEntry, take: Take, where: string): CodedTensor {
  const { n: name, s: shape, a: axes = [], l, o } = entry;
  const coder = coders.find(({ id }) => id === entry.c);
  if (coder === undefined)
    throw tooNew(where, 'codes in a form that this qgt does not know', { got: entry.c });
  const floats = (count: number): Float32Array => new Float32Array(take(count * 4).buffer);
  const { channels } = channelLayout(shape, axes);
  const levels = typeof l === 'number' ? floats(l) : evenLevels(...l);
  const scale = floats(channels);
  const grid = { levels, scale, ...(o === undefined ? {} : { offset: floats(channels) }) };
  const count = sizeOf(shape);
  const bytes = take(coder.byteLength?.(count, levels.length) ?? entry.b ?? 0);
  const codes = coder.decode(bytes, count, levels.length, where);
  const tensor: CodedTensor = { encoding: 'codes', name, shape, axes, codes, grid };
  const problem = problemOf(tensor);
  if (problem !== undefined) throw damaged(where, problem);
  return tensor;
}
