import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../src/core/index.js';
import { inputSeed, type Job, LIMITS, type Note } from './job.js';
import type { Target } from './target.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
const TYPESCRIPT = new URL('../typescript.js', import.meta.url).href;
const LOOK_EVERY_MS = 250;
/** A process measures its own time and memory between inputs; one that is at an input far beyond both limits is ended. */
const PATIENCE = 2;
/** No input waits for anything; other programs may keep the processor busy. */
const MAX_WAIT_MS = 120_000;
/** More findings of a target than these would hardly be others. */
const MAX_FINDINGS = 10;
/** Ticks of the processor a second, in /proc. */
const TICKS = 100;

/** An input that does what none may do. */
export interface Finding {
  readonly target: string;
  readonly index: number;
  readonly what: string;
}

/** What came of the inputs of one target. */
export interface Tally {
  readonly target: string;
  inputs: number;
  refused: number;
  seconds: number;
  mostSeconds: number;
  mostBytes: number;
  readonly findings: Finding[];
}

/** Options of a run. */
export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  /** Milliseconds after which no further process is begun; left out: no limit. */
  readonly maxMs?: number | undefined;
  /** Folder for the inputs of findings. */
  readonly keepIn: string;
  /** Findings after which a target is given up; left out: 10. */
  readonly maxFindings?: number | undefined;
  /** Gets each finding in words as soon as it is there. */
  readonly tell?: ((text: string) => void) | undefined;
}

/** How many of all inputs are a target's. */
export function shareOf({ share }: Target, targets: readonly Target[], inputs: number): number {
  return Math.ceil((inputs * share) / targets.reduce((sum, each) => sum + each.share, 0));
}

/** Runs inputs of one target, in a process that is begun anew after a finding. */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Tally> {
  const scratch = await mkdtemp(join(tmpdir(), 'qgt-fuzzing-'));
  const progressFile = join(scratch, 'progress');
  const tally: Tally = {
    target: target.name,
    inputs: 0,
    refused: 0,
    seconds: 0,
    mostSeconds: 0,
    mostBytes: 0,
    findings: [],
  };
  const found = (finding: Finding) => {
    tally.findings.push(finding);
    options.tell?.(`${finding.target} ${finding.index}: ${finding.what}`);
  };
  const ends = performance.now() + (options.maxMs ?? Number.POSITIVE_INFINITY);
  try {
    for (let first = 0; first < options.inputs && performance.now() < ends; ) {
      if (tally.findings.length >= (options.maxFindings ?? MAX_FINDINGS)) break;
      writeFileSync(progressFile, ' '.repeat(60));
      const job = { target: target.name, seed: options.seed, first, end: options.inputs, progressFile };
      first = await runProcess(job, { tally, ends, found });
    }
    await keep(target, tally, options, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return tally;
}

/** A run so far. */
interface Course {
  readonly tally: Tally;
  /** When it ends, by `performance.now()`. */
  readonly ends: number;
  found(finding: Finding): void;
}

/** @returns The input to go on with. */
async function runProcess(job: Job, { tally, ends, found }: Course): Promise<number> {
  const child = fork(WORKER, [JSON.stringify(job)], { execArgv: ['--import', TYPESCRIPT], silent: true });
  let next = job.first;
  let base: number | undefined;
  let errors = '';
  child.stderr!.on('data', (text) => {
    errors = `${errors}${text}`.slice(-2000);
  });
  child.on('message', (note: Note) => {
    if (note.kind === 'ready') base = note.baseBytes;
    else {
      next = note.index + 1;
      count(tally, note);
      if (note.what !== undefined) found({ target: job.target, index: note.index, what: note.what });
    }
  });
  let ended: string | undefined;
  let seen = { index: Number.NaN, since: performance.now() };
  const watch = setInterval(() => {
    const { index } = progressOf(job.progressFile);
    if (!Object.is(index, seen.index)) seen = { index, since: performance.now() };
    if (performance.now() > ends) ended = '';
    else if (performance.now() - seen.since > MAX_WAIT_MS)
      ended = `waits for more than ${MAX_WAIT_MS / 1000} s`;
    else if (base !== undefined) ended = excess(child, job.progressFile, base);
    if (ended !== undefined) child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  const [code, signal] = await once(child, 'close');
  clearInterval(watch);
  if (ended === '') return next;
  if (base === undefined) throw new Error(`the process of ${job.target} didn't begin: ${errors}`);
  if (code === 0 && ended === undefined) return next;
  const { index } = progressOf(job.progressFile);
  tally.inputs++;
  found({ target: job.target, index, what: ended ?? `ends the process by ${signal ?? code}: ${errors}` });
  return index + 1;
}

function count(tally: Tally, { refused, seconds, bytes }: Extract<Note, { kind: 'done' }>): void {
  tally.inputs++;
  if (refused) tally.refused++;
  tally.seconds += seconds;
  tally.mostSeconds = Math.max(tally.mostSeconds, seconds);
  tally.mostBytes = Math.max(tally.mostBytes, bytes);
}

function progressOf(file: string): { index: number; beganAt: number } {
  const [index = Number.NaN, beganAt = Number.NaN] = readFileSync(file, 'latin1')
    .trim()
    .split(' ')
    .map(Number);
  return { index, beganAt };
}

/** Tells that a process takes far too much time or memory for an input; only where there is /proc. */
function excess({ pid }: ChildProcess, progressFile: string, base: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS - progressOf(progressFile).beganAt;
    if (seconds > PATIENCE * LIMITS.seconds) return `takes more than ${seconds.toFixed(0)} s`;
    const bytes = Number(fields[21]) * 4096 - base;
    return bytes > PATIENCE * LIMITS.bytes ? `takes ${Math.round(bytes / 2 ** 20)} MiB` : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the inputs of findings, and what they do, into files. */
async function keep(
  target: Target,
  { findings }: Tally,
  { seed, keepIn }: FuzzOptions,
  scratch: string,
): Promise<void> {
  if (findings.length === 0) return;
  const ready = await target.setUp(scratch);
  mkdirSync(keepIn, { recursive: true });
  for (const { index, what } of findings) {
    const file = join(keepIn, `${target.name}-${seed}-${index}`);
    writeFileSync(file, ready.make(createRandom(inputSeed({ target: target.name, seed }, index))));
    writeFileSync(`${file}.txt`, `${what}\n`);
  }
}
