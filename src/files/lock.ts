import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { QgtError } from '../core/index.js';
import { fileTime } from './file-time.js';
import { hasEnded, isFromFormerBoot, type LockOwner, ownOwner, parseOwner } from './lock-owner.js';
import { nullIfMissing } from './missing.js';

/** How often a lock is touched, and when nobody has it any more. */
export interface LockPace {
  readonly beatMs: number;
  /** A lock of another machine is abandoned when it hasn't been touched for so long; a blocked run misses some beats. */
  readonly abandonedMs: number;
}

/** For runs that TensorFlow blocks for minutes. */
export const RUN_PACE: LockPace = { beatMs: 30_000, abandonedMs: 600_000 };
/** Longer than it takes to write a lock. */
const WRITTEN_MS = 10_000;
const REMOVAL_POLL_MS = 20;

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
  const lock = await tryLock(path, output, RUN_PACE);
  if (lock !== null) return lock;
  throw occupied(output, path, (await read(path))?.owner ?? null);
}

/** The same; null where another run has it. */
export async function tryLock(path: string, output: string, pace: LockPace): Promise<Lock | null> {
  const text = JSON.stringify(ownOwner());
  while (!(await create(path, text))) {
    const held = await read(path);
    if (held !== null && !(await isAbandoned(path, held, pace))) return null;
    if (held !== null) await removeAbandoned(path, held);
  }
  const isOwn = async () => (await readFile(path, 'utf8').catch(() => null)) === text;
  const aheadMs = await aheadOf(path);
  const touch = async () => {
    const now = (Date.now() + aheadMs) / 1000;
    if (await isOwn()) await utimes(path, now, now).catch(() => {});
  };
  const timer = setInterval(() => void touch(), pace.beatMs);
  timer.unref();
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
export async function isLocked(path: string, pace: LockPace = RUN_PACE): Promise<boolean> {
  const held = await read(path);
  return held !== null && !(await isAbandoned(path, held, pace));
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
  readonly text: string;
  /** Null where the file doesn't say, as while it is being written. */
  readonly owner: LockOwner | null;
  readonly touchedAt: number;
}

async function read(path: string): Promise<Held | null> {
  try {
    const found = await stat(path);
    // Whoever only reads the folder looks here before anything is checked; a pipe would never answer.
    const text = found.isFile() ? await readFile(path, 'utf8') : '';
    return { text, owner: parseOwner(text), touchedAt: found.mtimeMs };
  } catch (thrown) {
    return nullIfMissing(thrown as NodeJS.ErrnoException);
  }
}

async function isAbandoned(path: string, { owner, touchedAt }: Held, pace: LockPace): Promise<boolean> {
  const ended = owner === null ? null : hasEnded(owner);
  if (ended !== null) return ended;
  const age = (await fileTime(dirname(path))) - touchedAt;
  if (owner === null) return age > WRITTEN_MS;
  return age > (isFromFormerBoot(owner, age) ? pace.beatMs : pace.abandonedMs);
}

/** Removes an abandoned lock, unless another run has been quicker and has one of its own by now. */
async function removeAbandoned(path: string, { text }: Held): Promise<void> {
  const removal = `${path}.removal`;
  while (!(await create(removal, ''))) {
    const begun = await stat(removal).catch(nullIfMissing);
    const age = begun === null ? 0 : (await fileTime(dirname(path))) - begun.mtimeMs;
    if (age > WRITTEN_MS) await rm(removal, { force: true });
    await setTimeout(REMOVAL_POLL_MS);
  }
  try {
    if ((await read(path))?.text === text) await rm(path, { force: true });
  } finally {
    await rm(removal, { force: true });
  }
}

/** Milliseconds by which the clock that dates files is ahead of this machine's, as told by a lock that was just written. */
async function aheadOf(path: string): Promise<number> {
  const written = await stat(path).catch(() => null);
  return written === null ? 0 : written.mtimeMs - Date.now();
}

const removed = (output: string): QgtError =>
  new QgtError('output', {
    where: output,
    what: 'the folder, or what qgt keeps in it while it runs, was removed during the run',
    remedy: 'run the command again',
  });

function occupied(output: string, path: string, owner: LockOwner | null): QgtError {
  return new QgtError('output', {
    where: output,
    what: 'another run of qgt writes to this folder',
    ...(owner !== null && { got: `process ${owner.pid} on ${owner.host}, since ${owner.since}` }),
    remedy: `wait for it, or choose another folder with -o; if there is no such run, delete ${path}`,
  });
}
