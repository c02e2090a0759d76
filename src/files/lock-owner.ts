import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { z } from 'zod';
import { isAlive } from './process-life.js';

const ownerSchema = z.object({
  host: z.string(),
  pid: z.number().int(),
  /** When the process began, in the system's own words: a process id is used again. */
  began: z.string().nullable(),
  /** When the lock was taken, ISO 8601. */
  since: z.string(),
  /** Boot and namespace that the process id is of; absent where the system doesn't tell. */
  place: z.string().optional(),
});

/** Process that has a lock. */
export type LockOwner = z.output<typeof ownerSchema>;

/** This process. */
export function ownOwner(): LockOwner {
  const place = ownPlace();
  return {
    host: hostname(),
    pid: process.pid,
    began: beginningOf(process.pid),
    since: new Date().toISOString(),
    ...(place !== null && { place }),
  };
}

/** Owner that the text of a lock tells of; null where it doesn't, as while it is being written. */
export function parseOwner(text: string): LockOwner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether the owner's process has ended; null where that can't be told from here. */
export function hasEnded({ host, pid, began, place }: LockOwner): boolean | null {
  // Two containers, or two virtual machines, may bear the same name.
  const isHere = place === undefined ? host === hostname() : place === ownPlace();
  if (!isHere) return null;
  return !isAlive(pid) || (began !== null && beginningOf(pid) !== began);
}

/**
 * Whether the lock seems to be from before this machine was started again, as after a power cut: a machine of its name
 * took it, under another boot, and it was not touched since.
 *
 * @param ageMs  Since the lock was touched, by the clock that dates files.
 */
export function isFromFormerBoot({ host, place }: LockOwner, ageMs: number): boolean {
  const [boot] = place?.split(' ') ?? [];
  const [ownBoot] = ownPlace()?.split(' ') ?? [];
  const isOtherBoot = boot !== undefined && ownBoot !== undefined && boot !== ownBoot;
  return isOtherBoot && host === hostname() && ageMs > uptime() * 1000;
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

/** The boot of this machine and the namespace of its process ids (namespaces(7)); null where the system doesn't tell. */
function ownPlace(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}
