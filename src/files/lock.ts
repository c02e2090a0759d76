import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { QgtError } from '../core/index.js';
import { ignoreMissing, nullIfMissing } from './missing.js';
import { isAlive } from './process-life.js';

const BEAT_MS = 30_000;
/** A lock of another machine is abandoned when it hasn't been touched for so long; a blocked run misses some beats. */
const ABANDONED_MS = 20 * BEAT_MS;
/** Longer than it takes to write a lock. */
const WRITTEN_MS = 10_000;

const ownerSchema = z.object({
  host: z.string(),
  pid: z.number().int(),
  /** When the process began, in the system's own words: a process id is used again. */
  began: z.string().nullable(),
  /** When the lock was taken, ISO 8601. */
  since: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/** A folder that this run alone may write to. */
export interface Lock {
  /** @throws QgtError `output` where another run has taken the folder over, or the lock was removed. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock at `path`, or one whose owner is no more.
 *
 * @param output  The locked folder, for messages.
 * @throws QgtError `output` where another run has it.
 */
export async function takeLock(path: string, output: string): Promise<Lock> {
  const own: Owner = {
    host: hostname(),
    pid: process.pid,
    began: beginningOf(process.pid),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(own);
  while (!(await create(path, text))) {
    const held = await read(path);
    if (held !== null && !isAbandoned(held)) throw occupied(output, path, held.owner);
    await rename(path, `${path}.${own.pid}.old`).catch(ignoreMissing);
    await rm(`${path}.${own.pid}.old`, { force: true });
  }
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), BEAT_MS);
  timer.unref();
  const isOwn = async () => (await readFile(path, 'utf8').catch(() => null)) === text;
  return {
    check: async () => {
      if (await isOwn()) return;
      const held = await read(path);
      throw held === null ? removed(output) : occupied(output, path, held.owner);
    },
    release: async () => {
      clearInterval(timer);
      if (await isOwn()) await rm(path, { force: true });
    },
  };
}

/** Whether a living run has the lock at `path`. */
export async function isLocked(path: string): Promise<boolean> {
  const held = await read(path);
  return held !== null && !isAbandoned(held);
}

/** Makes the lock's file. @returns Whether it is ours; false where there is one already. */
async function create(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(text);
    } catch (thrown) {
      // As on a full disk; nobody could tell whose it is.
      await rm(path, { force: true });
      throw thrown;
    } finally {
      await handle.close();
    }
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

/** Content of a lock, and when it was touched. */
interface Held {
  /** Null where the file doesn't say, as while it is being written. */
  readonly owner: Owner | null;
  readonly touchedAt: number;
}

async function read(path: string): Promise<Held | null> {
  try {
    const [text, { mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)];
    return { owner: ownerOf(text), touchedAt: mtimeMs };
  } catch (thrown) {
    return nullIfMissing(thrown as NodeJS.ErrnoException);
  }
}

function ownerOf(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAbandoned({ owner, touchedAt }: Held): boolean {
  const age = Date.now() - touchedAt;
  if (owner === null) return age > WRITTEN_MS;
  if (owner.host !== hostname()) return age > ABANDONED_MS;
  return !isAlive(owner.pid) || (owner.began !== null && beginningOf(owner.pid) !== owner.began);
}

/** States of a process that has ended and whose parent hasn't asked how. */
const ENDED = ['Z', 'X'];

/**
 * Start time of a process in clock ticks since the boot, or that it has ended; null where the system doesn't tell
 * (proc(5), /proc/PID/stat, fields 3 and 22).
 */
function beginningOf(pid: number): string | null {
  try {
    // The second field is a name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    return ENDED.includes(fields[0]!) ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

const removed = (output: string): QgtError =>
  new QgtError('output', {
    where: output,
    what: 'the folder, or what qgt keeps in it while it runs, was removed during the run',
    remedy: 'run the command again',
  });

function occupied(output: string, path: string, owner: Owner | null): QgtError {
  return new QgtError('output', {
    where: output,
    what: 'another run of qgt writes to this folder',
    ...(owner !== null && { got: `process ${owner.pid} on ${owner.host}, since ${owner.since}` }),
    remedy: `wait for it, or choose another folder with -o; if there is no such run, delete ${path}`,
  });
}
