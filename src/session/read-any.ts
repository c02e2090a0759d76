import { open, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type NamedTensor, QgtError } from '../core/index.js';
import { type LoadedModel, readModel } from '../model/index.js';
import { expandTensor, type PackedModel, unpackModel } from '../pack/index.js';

/** A model from disk, and what it was packed as where it was a `.qgt`. */
export interface ReadModel {
  readonly loaded: LoadedModel;
  readonly packed?: PackedModel;
}

/** Reads a model.json, a folder that holds one, or a `.qgt`. */
export async function readAny(path: string): Promise<ReadModel> {
  const file = path.startsWith('file://') ? fileURLToPath(path) : path;
  if (!(await isPacked(file))) return { loaded: await readModel(path) };
  return readPacked(file);
}

/**
 * Reads a `.qgt` file.
 *
 * @throws QgtError `not-found`, `bad-qgt` or `newer-qgt`.
 */
export async function readPacked(file: string): Promise<ReadModel & { packed: PackedModel }> {
  const bytes = await readFile(file).catch((cause) => {
    throw new QgtError('not-found', {
      where: file,
      what: 'the file cannot be read',
      remedy: 'check the path',
      cause,
    });
  });
  const packed = await unpackModel(new Uint8Array(bytes), file);
  return {
    packed,
    loaded: {
      kind: packed.kind,
      source: file,
      bytes: bytes.length,
      writtenBy: 'qgt',
      topology: packed.topology as Readonly<Record<string, unknown>>,
      metadata: packed.metadata,
      weights: packed.tensors.map(expandTensor) as NamedTensor[],
      storedBytes: new Map(),
      notes: [],
    },
  };
}

/** By its name or by its first bytes, so that a renamed one is known too. */
async function isPacked(file: string): Promise<boolean> {
  if (file.toLowerCase().endsWith('.qgt')) return true;
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
