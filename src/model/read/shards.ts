import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { QgtError } from '../../core/index.js';
import { fileBytes, type WeightGroup } from './manifest.js';

/** A weight file that exists, lies in the model's folder and was measured. */
export interface Shard {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Finds every group's files and checks their sizes against the manifest, before anything is allocated.
 *
 * @param modelFile  The JSON file; paths in the manifest are relative to its folder and may not leave it.
 * @returns one list of shards per group.
 * @throws QgtError `not-found` for a missing file, `bad-model` for a path out of the folder or a wrong size.
 */
export async function locateShards(modelFile: string, groups: readonly WeightGroup[]): Promise<Shard[][]> {
  const located: Shard[][] = [];
  for (const group of groups) {
    const shards: Shard[] = [];
    for (const path of group.paths) shards.push(await locateShard(modelFile, path));
    checkSize(modelFile, group, shards);
    located.push(shards);
  }
  return located;
}

/** Reads a group's files back to back; weights may be split anywhere. */
export async function readShards(shards: readonly Shard[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.bytes, 0));
  let offset = 0;
  for (const shard of shards) {
    const handle = await open(shard.path);
    try {
      for (const end = offset + shard.bytes; offset < end; ) {
        const { bytesRead } = await handle.read(bytes, offset, end - offset);
        if (bytesRead === 0) {
          throw new QgtError('bad-model', { where: shard.path, what: 'the file shrank while it was read' });
        }
        offset += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }
  return bytes;
}

async function locateShard(modelFile: string, path: string): Promise<Shard> {
  const folder = dirname(modelFile);
  if (isAbsolute(path) || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.split(/[\\/]/).includes('..')) {
    throw leavesFolder(modelFile, path);
  }
  const file = join(folder, path);
  const status = await stat(file).catch(() => undefined);
  if (status === undefined || !status.isFile()) {
    throw new QgtError('not-found', {
      where: file,
      what: `a weight file that ${modelFile} names is missing`,
      remedy: 'copy all weight files next to the JSON file',
    });
  }
  const inside = relative(await realpath(folder), await realpath(file));
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw leavesFolder(modelFile, path);
  return { path: file, bytes: status.size };
}

function leavesFolder(modelFile: string, path: string): QgtError {
  return new QgtError('bad-model', {
    where: modelFile,
    what: `the weight path ${JSON.stringify(path)} leaves the model's folder`,
    remedy: 'put the weight files (not links to them) next to the JSON file and name them by a relative path',
  });
}

function checkSize(modelFile: string, group: WeightGroup, shards: readonly Shard[]): void {
  const expected = group.weights.reduce((sum, spec) => sum + fileBytes(spec), 0);
  const got = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const known = group.weights.every((spec) => spec.dtype !== 'string');
  if (known ? got === expected : got >= expected) return;
  const where = shards.length === 0 ? modelFile : shards.map((shard) => shard.path).join(' + ');
  throw new QgtError('bad-model', {
    where,
    what: got < expected ? 'the weight file is too short (truncated?)' : 'the weight file is too long',
    got: `${got} bytes`,
    expected: `${known ? '' : 'at least '}${expected} bytes`,
    remedy: `copy it again from where ${modelFile} came from`,
  });
}
