// Kills real runs at random moments, and has the next command go on; for kills.long.ts and kills.soak.ts.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createRandom, type Random } from '../../src/core/index.js';
import { compiled } from '../compiled.js';
import { digits, saveFewDigits } from './digits.js';

const ENGINES = ['native', 'embedded'] as const;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
const SAMPLES = 200;
/** What a run may leave in its folder; anything else is a temporary. */
const OUTPUTS = ['model.qgt', 'report.json', 'report.html'];
const THEIRS = { 'theirs.txt': 'theirs', 'notes/theirs.txt': 'theirs too' };

/** An end of a command. */
interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly err: string;
  readonly ms: number;
}

/** One kill, and what came of it. */
export interface Kill {
  readonly engine: (typeof ENGINES)[number];
  readonly signal: (typeof SIGNALS)[number];
  readonly hasFormer: boolean;
  /** Lines of progress before it. */
  readonly afterLine: number;
  readonly said: string;
  readonly left: 'nothing' | 'former' | 'partial' | 'finished';
  readonly goesOnBy: '--resume' | '--force' | 'nothing';
}

/** Runs with their files, which the killed ones are held against. */
interface Reference {
  readonly ms: number;
  /** Lines of progress. */
  readonly lines: number;
  readonly file: Buffer;
}

/** How many runs to kill, and a seed for when and how. */
interface KillRuns {
  readonly count: number;
  readonly seed: number;
  /** Hears of each kill, once the run is completed. */
  readonly tell: (kill: Kill) => void;
}

/**
 * Kills `count` runs, each at a moment of its own, and completes every one by another command.
 *
 * Asserts that files of a former run and of others stay, that nothing temporary is left after the next command, and that
 * its file is the one of a run that nobody killed, byte for byte.
 */
export async function killRuns(folder: string, { count, seed, tell }: KillRuns): Promise<void> {
  const random = createRandom(seed);
  const data = await saveFewDigits(SAMPLES, folder);
  const former = join(folder, 'former');
  await finished(argumentsFor(data, former, 'embedded', ['--bits', '4']));
  const references = new Map<string, Reference>();
  for (const engine of ENGINES) {
    const output = join(folder, `reference-${engine}`);
    const { ms, err } = await finished(argumentsFor(data, output, engine));
    references.set(engine, { ms, lines: linesOf(err), file: await readFile(join(output, 'model.qgt')) });
  }
  for (let index = 0; index < count; index++) {
    const engine = ENGINES[index % ENGINES.length]!;
    const output = join(folder, `killed-${index}`);
    const hasFormer = random.next() < 0.5;
    await fill(output, hasFormer ? former : null);
    const reference = references.get(engine)!;
    const signal = SIGNALS[index % SIGNALS.length]!;
    // By its progress, since the time of a run depends on what else the machine does.
    const afterLine = Math.floor(random.next() * (reference.lines + 1));
    const afterMs = (random.next() * 2 * reference.ms) / (reference.lines + 1);
    const command = argumentsFor(data, output, engine, ['--force']);
    const { err } = await killed(command, { signal, afterLine, afterMs, random });
    const left = await stateOf(output, { reference, former: hasFormer ? former : null });
    const goesOnBy = await goOn(data, output, engine);
    assert.deepEqual(
      await readFile(join(output, 'model.qgt')),
      reference.file,
      `${engine}, ${signal}: ${err}`,
    );
    await assertTidy(output);
    tell({
      engine,
      signal,
      hasFormer,
      afterLine,
      said: lastLine(err),
      left,
      goesOnBy,
    });
  }
}

const argumentsFor = (
  data: string,
  output: string,
  engine: string,
  more: readonly string[] = [],
): string[] => [
  ...['compress', digits.model, '--bits', '2', '--data', data, '--eval', digits.test, '--epochs', '4'],
  ...['--batch-size', '32', '--engine', engine, '--report', 'html', '-o', output, ...more],
];

function start(argv: readonly string[]): { child: ChildProcess; lines: () => number; end: Promise<End> } {
  const began = performance.now();
  const child = spawn(process.execPath, [compiled('test/cli/command-line.ts'), ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const end = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    err,
    ms: performance.now() - began,
  }));
  return { child, lines: () => linesOf(err), end };
}

async function finished(argv: readonly string[]): Promise<End> {
  const end = await start(argv).end;
  assert.equal(end.code, 0, end.err);
  return end;
}

/** How and when a run is to be killed. */
interface Shot {
  readonly signal: NodeJS.Signals;
  readonly afterLine: number;
  /** Milliseconds after that line. */
  readonly afterMs: number;
  readonly random: Random;
}

/** Starts a command and kills it; SIGKILL goes to the process that was started or to the one that works for it. */
async function killed(argv: readonly string[], { signal, afterLine, afterMs, random }: Shot): Promise<End> {
  const { child, lines, end } = start(argv);
  const over = end.then(() => true);
  while (lines() < afterLine && !(await Promise.race([setTimeout(10, false), over])));
  const isOver = await Promise.race([setTimeout(afterMs, false), over]);
  if (!isOver) {
    const worker = signal === 'SIGKILL' && random.next() < 0.5 ? await workerOf(child.pid!) : undefined;
    if (worker === undefined) child.kill(signal);
    else process.kill(worker, signal);
    // Sometimes a second one comes before the first is answered.
    if (signal !== 'SIGKILL' && random.next() < 0.3) {
      await setTimeout(200 * random.next());
      child.kill(signal);
    }
  }
  return end;
}

/** The process that works for a supervisor; undefined where there is none yet, or the system doesn't tell. */
async function workerOf(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const [first] = children.split(' ').filter((word) => word !== '');
  return first === undefined ? undefined : Number(first);
}

async function fill(output: string, former: string | null): Promise<void> {
  await mkdir(join(output, 'notes'), { recursive: true });
  if (former !== null) await cp(former, output, { recursive: true });
  for (const [path, text] of Object.entries(THEIRS)) await writeFile(join(output, path), text);
}

/** Tells what a killed run has left, and asserts that it is whole. */
async function stateOf(
  output: string,
  { reference, former }: { readonly reference: Reference; readonly former: string | null },
): Promise<Kill['left']> {
  const names = await readdir(output);
  for (const [path, text] of Object.entries(THEIRS))
    assert.equal(await readFile(join(output, path), 'utf8'), text);
  if (!names.includes('model.qgt')) {
    assert.equal(former, null, 'the file of a former run is gone');
    return 'nothing';
  }
  const file = await readFile(join(output, 'model.qgt'));
  if (file.equals(reference.file)) return 'finished';
  if (former === null) return 'partial';
  for (const name of await readdir(former))
    assert.deepEqual(await readFile(join(output, name)), await readFile(join(former, name)), name);
  return names.includes('model.partial.qgt') ? 'partial' : 'former';
}

/** Completes a killed run: by its checkpoint where it has left one, else from the start. */
async function goOn(data: string, output: string, engine: string): Promise<Kill['goesOnBy']> {
  const resumed = await start(argumentsFor(data, output, engine, ['--resume'])).end;
  if (resumed.code === 0) return '--resume';
  assert.match(resumed.err, /no checkpoint/);
  await finished(argumentsFor(data, output, engine, ['--force']));
  return '--force';
}

async function assertTidy(output: string): Promise<void> {
  const names = (await readdir(output)).filter((name) => !OUTPUTS.includes(name)).sort();
  assert.deepEqual(names, ['notes', 'theirs.txt']);
}

const linesOf = (text: string): number => text.split('\n').length - 1;

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
