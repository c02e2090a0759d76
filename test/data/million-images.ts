// Made-up images; for million-images.soak.ts.
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createRandom } from '../../src/core/index.js';
import { idxBytes } from './array-bytes.js';

/** Height and width: a million of them take 1.2 GB, more than rows may take in memory. */
export const SIDE = 34;
export const CLASSES = 10;
const SEED = 1;
const POOL_BYTES = 2 ** 20;
const AT_ONCE = 1000;

/** Images cut out of the same noise at places that the seed tells. */
function noise(): () => Uint8Array {
  const random = createRandom(SEED);
  const pool = Uint8Array.from({ length: POOL_BYTES }, () => random.below(256));
  return () => {
    const start = random.below(POOL_BYTES - SIDE * SIDE);
    return pool.subarray(start, start + SIDE * SIDE);
  };
}

function* idxChunks(count: number): Generator<Uint8Array> {
  const next = noise();
  yield idxBytes(8, [count, SIDE, SIDE], new Uint8Array());
  for (let done = 0; done < count; done += AT_ONCE)
    yield Buffer.concat(Array.from({ length: Math.min(AT_ONCE, count - done) }, next));
}

/** A file in MNIST's format beside that of its labels. @returns Its path. */
export async function idxOf(folder: string, count: number): Promise<string> {
  const path = join(folder, 'train-images-idx3-ubyte');
  await pipeline(Readable.from(idxChunks(count)), createWriteStream(path));
  const labels = Uint8Array.from({ length: count }, (_, index) => index % CLASSES);
  await writeFile(join(folder, 'train-labels-idx1-ubyte'), idxBytes(8, [count], labels));
  return path;
}
