import { open, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { QgtError } from '../../core/index.js';
import { isGzip, unzipShard } from './gzip.js';
import { fileBytes, type WeightGroup } from './manifest.js';

/** Most bytes of text that are unpacked from a gzip file. */
const MAX_STRING_BYTES = 2 ** 24;

/** A weight file that exists, lies in the model's folder and was measured. */
export interface Shard {
  readonly path: string;
  readonly bytes: number;
}

/** The files of a group of weights. */
export interface LocatedGroup {
  readonly shards: readonly Shard[];
  /** Bytes of the group's weights; where there are strings among them, the fewest possible. */
  readonly expected: number;
  /** Whether `expected` is no more than a lower bound. */
  readonly open: boolean;
  /** Whether the files are gzip files, as some servers and bundlers leave them. */
  readonly zipped: boolean;
}

/**
 * Finds every group's files and checks their sizes against the manifest, before anything is allocated.
 *
 * Stock tfjs reads all groups as one, so that nothing can follow the weights but after the last.
 *
 * @param modelFile  The JSON file; paths in the manifest are relative to its folder and may not leave it.
 * @throws QgtError `not-found` for a missing file, `bad-model` for a path out of the folder or a wrong size.
 */
export async function locateShards(
  modelFile: string,
  groups: readonly WeightGroup[],
): Promise<LocatedGroup[]> {
  const located: LocatedGroup[] = [];
  for (const [index, group] of groups.entries()) {
    const shards: Shard[] = [];
    for (const path of group.paths) shards.push(await locateShard(modelFile, path));
    const expected = group.weights.reduce((sum, spec) => sum + fileBytes(spec), 0);
    const open = group.weights.some((spec) => spec.dtype === 'string');
    const got = sizeOfShards(shards);
    const fits = open ? got >= expected : got === expected;
    const zipped = !fits && (await areZipped(shards));
    const isLast = index === groups.length - 1;
    if (!zipped && (got < expected || (!open && !isLast && got > expected)))
      throw wrongSize(modelFile, shards, got, expected);
    located.push({ shards, expected, open, zipped });
  }
  return located;
}

/**
 * Reads a group's files back to back; weights may be split anywhere. What follows the weights is not read.
 *
 * @throws QgtError `bad-model` for gzip files that are damaged or hold another number of bytes.
 */
export async function readShards(
  modelFile: string,
  { shards, expected, open: isOpen, zipped }: LocatedGroup,
): Promise<Uint8Array> {
  if (!zipped) return readFiles(shards, isOpen ? sizeOfShards(shards) : expected);
  const parts: Uint8Array[] = [];
  const most = isOpen ? expected + MAX_STRING_BYTES : expected;
  for (const shard of shards)
    parts.push(await unzipShard(await readFiles([shard], shard.bytes), most, shard.path));
  const bytes = new Uint8Array(Buffer.concat(parts)); // a slice of it has to be a copy
  if (isOpen ? bytes.length < expected : bytes.length !== expected)
    throw wrongSize(modelFile, shards, bytes.length, expected);
  return bytes;
}

/** Total size of files. */
export const sizeOfShards = (shards: readonly Shard[]): number =>
  shards.reduce((sum, shard) => sum + shard.bytes, 0);

async function areZipped(shards: readonly Shard[]): Promise<boolean> {
  for (const shard of shards) if (!isGzip(await readFiles([shard], Math.min(2, shard.bytes)))) return false;
  return shards.length > 0;
}

/** Reads the first bytes of files that lie back to back. */
async function readFiles(shards: readonly Shard[], length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const shard of shards) {
    const handle = await open(shard.path);
    try {
      for (const end = Math.min(length, offset + shard.bytes); offset < end; ) {
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

function wrongSize(modelFile: string, shards: readonly Shard[], got: number, expected: number): QgtError {
  return new QgtError('bad-model', {
    where: shards.length === 0 ? modelFile : shards.map((shard) => shard.path).join(' + '),
    what: got < expected ? 'the weight file is too short (truncated?)' : 'the weight file is too long',
    got: `${got} bytes`,
    expected: `${expected} bytes`,
    remedy: `copy it again from where ${modelFile} came from`,
  });
}
