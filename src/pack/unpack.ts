import { bytesOf } from '../core/bytes.js';
import { isNestedDeeper } from '../core/index.js';
import { splitSections } from './container.js';
import { damaged } from './damage.js';
import { checkUnpacked, defaultLimit, unpackedBytes } from './limit.js';
import type { PackedModel, Preprocessing } from './packed-model.js';
import { readTensors } from './read-tensors.js';
import { isAbsentOr, isRecord, isString, parseEntry } from './table.js';

/**
 * Reads a `.qgt` file; nothing in it is trusted.
 *
 * @param where             The file, for messages.
 * @param maxUnpackedBytes  Most bytes of metadata and of float32 weights; known before any weight is decoded.
 * @throws QgtError `bad-qgt` for a file that is damaged or something else, `newer-qgt` for one of a later qgt,
 *   `too-large` for one that unpacks to more than allowed.
 */
export async function unpackModel(
  bytes: Uint8Array,
  where: string,
  maxUnpackedBytes: number = defaultLimit(bytes.length),
): Promise<PackedModel> {
  // Not as it comes: `slice` of a Node Buffer doesn't copy.
  const sections = await splitSections(bytesOf(bytes), where, maxUnpackedBytes);
  const fields = parseJson(sections.metadata, where);
  const { kind, topology, metadata, preprocessing, tensors } = isRecord(fields) ? fields : {};
  if (
    (kind !== 'layers' && kind !== 'graph') ||
    !isRecord(topology) ||
    !isRecord(metadata) ||
    !isPreprocessing(preprocessing) ||
    !Array.isArray(tensors) ||
    isNestedDeeper(fields)
  ) {
    throw damaged(where, 'the metadata lacks a part or nests too deep');
  }
  const entries = tensors.map((entry) => parseEntry(entry, where));
  if (new Set(entries.map(({ n }) => n)).size < entries.length) {
    throw damaged(where, 'two tensors have the same name');
  }
  const { version, data, metadata: text } = sections;
  checkUnpacked(text.length + unpackedBytes(entries), maxUnpackedBytes, where);
  return {
    kind,
    topology,
    metadata,
    preprocessing,
    tensors: await readTensors(version, entries, data, where),
  };
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(where, 'the metadata is not JSON', { cause });
  }
}

function isPreprocessing(value: unknown): value is Preprocessing {
  return (
    isRecord(value) &&
    isAbsentOr(isString, value.inputRange) &&
    isAbsentOr((names) => Array.isArray(names) && names.every(isString), value.classes)
  );
}
