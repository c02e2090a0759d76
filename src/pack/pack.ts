import { QgtError } from '../core/index.js';
import { joinSections } from './container.js';
import { unpackedBytes } from './limit.js';
import type { PackedModel } from './packed-model.js';
import { type WrittenTensors, writeTensors } from './write-tensors.js';

/** A packed file and what each tensor takes in it, without its line in the table. */
export interface PackedFile extends Pick<WrittenTensors, 'tensorBytes' | 'codeBytes'> {
  readonly bytes: Uint8Array;
  /** Bytes of its metadata, and of its weights as float32. */
  readonly unpackedBytes: number;
}

/**
 * Writes a model as a `.qgt` file, format version 2; the same model gives the same bytes.
 *
 * @throws QgtError `bad-model` for a tensor whose values, codes, scales and shape don't fit together, a name that occurs
 *   twice, and more than 4 GiB.
 */
export async function packModel(model: PackedModel): Promise<PackedFile> {
  const { kind, topology, metadata, preprocessing, tensors } = model;
  const { entries, data, tensorBytes, codeBytes } = writeTensors(tensors);
  if (tensorBytes.size < tensors.length) {
    throw new QgtError('bad-model', { where: 'pack', what: 'two tensors have the same name' });
  }
  const text = new TextEncoder().encode(
    JSON.stringify({ kind, topology, metadata, preprocessing, tensors: entries }),
  );
  return {
    bytes: await joinSections({ metadata: text, data }),
    unpackedBytes: text.length + unpackedBytes(entries),
    tensorBytes,
    codeBytes,
  };
}
