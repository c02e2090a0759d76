import { BYTES_PER_ELEMENT, QgtError, sizeOf } from '../core/index.js';
import { bytesOf, joinBytes } from './bytes.js';
import { coders } from './coders/index.js';
import { problemOf } from './codes-check.js';
import { joinSections } from './container.js';
import { describeLevels } from './levels.js';
import type { CodedTensor, PackedModel, RawTensor, StoredTensor } from './packed-model.js';
import type { TableEntry } from './table.js';

/** A packed file and what each tensor takes in it. */
export interface PackedFile {
  readonly bytes: Uint8Array;
  /** By tensor name: bytes of its values, or of its codes, scales, offsets and levels; without its line in the table. */
  readonly tensorBytes: ReadonlyMap<string, number>;
}

interface WrittenTensor {
  readonly entry: TableEntry;
  readonly bytes: Uint8Array;
}

/**
 * Writes a model as a `.qgt` file, format version 1; the same model gives the same bytes.
 *
 * @throws QgtError `bad-model` for a tensor whose values, codes, scales and shape don't fit together, a name that occurs
 *   twice, and more than 4 GiB.
 */
export async function packModel(model: PackedModel): Promise<PackedFile> {
  const { kind, topology, metadata, preprocessing, tensors } = model;
  const written = tensors.map(writeTensor);
  const tensorBytes = new Map(written.map(({ entry, bytes }) => [entry.n, bytes.length]));
  if (tensorBytes.size < tensors.length) {
    throw new QgtError('bad-model', { where: 'pack', what: 'two tensors have the same name' });
  }
  const table = written.map(({ entry }) => entry);
  const text = JSON.stringify({ kind, topology, metadata, preprocessing, tensors: table });
  const bytes = await joinSections({
    metadata: new TextEncoder().encode(text),
    data: joinBytes(written.map((tensor) => tensor.bytes)),
  });
  return { bytes, tensorBytes };
}

function writeTensor(tensor: StoredTensor): WrittenTensor {
  return tensor.encoding === 'raw' ? writeRaw(tensor) : writeCodes(tensor);
}

function writeRaw({ name, shape, dtype, values }: RawTensor): WrittenTensor {
  const bytes = bytesOf(values);
  if (dtype !== 'string' && bytes.length !== sizeOf(shape) * BYTES_PER_ELEMENT[dtype]) {
    throw new QgtError('bad-model', { where: name, what: 'not one value an element' });
  }
  const entry = {
    n: name,
    s: shape,
    ...(dtype === 'float32' ? {} : { d: dtype }),
    ...(dtype === 'string' ? { b: bytes.length } : {}),
  };
  return { entry, bytes };
}

function writeCodes(tensor: CodedTensor): WrittenTensor {
  const problem = problemOf(tensor);
  if (problem !== undefined) throw new QgtError('bad-model', { where: tensor.name, what: problem });
  const { levels, scale, offset } = tensor.grid;
  const { coder, bytes } = encodeShortest(tensor.codes, levels.length);
  const l = describeLevels(levels);
  const entry = {
    n: tensor.name,
    s: tensor.shape,
    ...(tensor.axes.length === 0 ? {} : { a: tensor.axes }),
    l,
    ...(offset === undefined ? {} : { o: 1 as const }),
    c: coder.id,
    ...(coder.byteLength === undefined ? { b: bytes.length } : {}),
  };
  const floats = [
    ...(typeof l === 'number' ? [levels] : []),
    scale,
    ...(offset === undefined ? [] : [offset]),
  ];
  return { entry, bytes: joinBytes([...floats.map(bytesOf), bytes]) };
}

function encodeShortest(codes: Uint8Array, levels: number) {
  return coders
    .map((coder) => ({ coder, bytes: coder.encode(codes, levels) }))
    .reduce((best, next) => (next.bytes.length < best.bytes.length ? next : best));
}
