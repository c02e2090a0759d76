import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { KEPT_S, PIECE_BYTES, pieceCount, pieceKey } from './file-keys.js';
import type { HashedFile } from './queued-trial.js';
import { hashOf } from './trial-inputs.js';

/** Puts the files of a trial's output folder on the server, for the process that has the sweep's folder. */
export async function sendFiles(server: Redis, job: string, output: string): Promise<HashedFile[]> {
  const sent: HashedFile[] = [];
  for (const entry of await readdir(output, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(output, entry.name);
    const file = { path: entry.name, ...(await hashOf(path)) };
    const handle = await open(path);
    try {
      for (let index = 0; index < pieceCount(file); index++) {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES);
        await server.set(pieceKey(job, file.hash, index), buffer.subarray(0, bytesRead), 'EX', KEPT_S);
      }
    } finally {
      await handle.close();
    }
    sent.push(file);
  }
  return sent;
}

/**
 * Takes such files from the server into the output folder of their trial.
 *
 * @returns Whether all of them were there, and whole; else nothing is changed.
 */
export async function takeFiles(
  server: Redis,
  job: string,
  files: readonly HashedFile[],
  output: string,
): Promise<boolean> {
  const aside = `${output}.${randomUUID()}.tmp`;
  try {
    await mkdir(aside, { recursive: true });
    for (const file of files) if (!(await takeFile(server, job, file, join(aside, file.path)))) return false;
    await rm(output, { recursive: true, force: true });
    await rename(aside, output);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  const keys = files.flatMap((file) =>
    Array.from({ length: pieceCount(file) }, (_, index) => pieceKey(job, file.hash, index)),
  );
  if (keys.length > 0) await server.unlink(keys);
  return true;
}

/** Takes from the server what workers have sent twice, as after a lost lock; what comes later expires. */
export async function clearFiles(server: Redis, sweep: string): Promise<void> {
  for (let cursor: string | undefined; cursor !== '0'; ) {
    const [next, keys] = await server.scan(cursor ?? '0', 'MATCH', `qgt:${sweep}_*`, 'COUNT', 1000);
    if (keys.length > 0) await server.unlink(keys);
    cursor = next;
  }
}

async function takeFile(server: Redis, job: string, file: HashedFile, path: string): Promise<boolean> {
  const handle = await open(path, 'w');
  try {
    for (let index = 0; index < pieceCount(file); index++) {
      const piece = await server.getBuffer(pieceKey(job, file.hash, index));
      // A server that was started again without its file.
      if (piece === null) return false;
      await handle.write(piece);
    }
  } finally {
    await handle.close();
  }
  return (await hashOf(path)).hash === file.hash;
}
