import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NamedTensor, QgtError } from '../core/index.js';
import { checkFile, pathKind, repairOutput } from '../files/index.js';
import { checkTopology, type LoadedModel, readModel } from '../model/index.js';
import { bytesBeforeData, expandTensor, PACKED_FILE, type PackedModel, unpackModel } from '../pack/index.js';

/** A model from disk, and its packed form where the file was a `.qgt`. */
export interface ReadModel {
  readonly loaded: LoadedModel;
  readonly packed?: PackedModel;
}

/**
 * Reads a model.json, a `.qgt`, or a folder that holds one of them; where it holds both, the model.json.
 *
 * @param maxUnpackedBytes  Most that a `.qgt` may unpack to; default: as `unpackModel` has it.
 */
export async function readAny(path: string, maxUnpackedBytes?: number | undefined): Promise<ReadModel> {
  const named = pathOf(path);
  await repairOutput(named);
  const isRun = (await holds(named, PACKED_FILE)) && !(await holds(named, 'model.json'));
  return isRun || (await isPacked(named))
    ? openPacked(named, maxUnpackedBytes)
    : { loaded: await readModel(path) };
}

/**
 * Reads a `.qgt` file, or the one in the folder that compress wrote.
 *
 * @param maxUnpackedBytes  Most that it may unpack to; default: as `unpackModel` has it.
 * @throws QgtError `not-found`, `bad-qgt`, `newer-qgt`, `too-large`, and `bad-model` for a topology that can't be run.
 */
export async function readPacked(
  path: string,
  maxUnpackedBytes?: number | undefined,
): Promise<ReadModel & { packed: PackedModel }> {
  const named = pathOf(path);
  await repairOutput(named);
  return openPacked(named, maxUnpackedBytes);
}

async function openPacked(
  named: string,
  maxUnpackedBytes: number | undefined,
): Promise<ReadModel & { packed: PackedModel }> {
  const file = (await holds(named, PACKED_FILE)) ? join(named, PACKED_FILE) : named;
  await checkFile(file);
  const bytes = await readFile(file).catch((cause) => {
    throw new QgtError('not-found', {
      where: file,
      what: 'the file cannot be read',
      remedy: 'check the path',
      cause,
    });
  });
  const packed = await unpackModel(new Uint8Array(bytes), file, maxUnpackedBytes);
  const { kind } = packed;
  const topology = packed.topology as Readonly<Record<string, unknown>>;
  checkTopology({ kind, topology, source: file });
  return {
    packed,
    loaded: {
      kind,
      format: 'qgt',
      source: file,
      bytes: bytes.length,
      topologyBytes: bytesBeforeData(bytes),
      writtenBy: 'qgt',
      topology,
      metadata: packed.metadata,
      weights: packed.tensors.map(expandTensor) as NamedTensor[],
      storedBytes: new Map(),
      notes: [],
    },
  };
}

const pathOf = (path: string): string => (path.startsWith('file://') ? fileURLToPath(path) : path);

/** Whether a path is a folder with such a file in it. */
const holds = async (path: string, file: string): Promise<boolean> =>
  (await pathKind(join(path, file))) === 'file';

/** Recognises a `.qgt` by its name or its first bytes, so that a renamed one is found too. */
async function isPacked(file: string): Promise<boolean> {
  if (file.toLowerCase().endsWith('.qgt')) return true;
  if ((await pathKind(file)) !== 'file') return false;
  const handle = await open(file).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1', 1) === 'QGT';
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}
