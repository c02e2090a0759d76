// Processes of the command line that run trials of one sweep, for the tests of sweeps.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { SweepReport } from '../../src/report/index.js';
import { compiled } from '../compiled.js';
import { digits, saveFewDigits } from '../pipeline/digits.js';

/** End of a command. */
export interface End {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command of qgt in a process of its own. */
export interface Claimant {
  readonly child: ChildProcess;
  /** What it has said on stderr by now. */
  said(): string;
  readonly end: Promise<End>;
}

/** Starts `qgt ...`. */
export function start(argv: readonly string[], cwd?: string): Claimant {
  const child = spawn(process.execPath, [compiled('test/cli/command-line.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let [out, err] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const end = once(child, 'close').then(([code]) => ({ code, out, err }));
  return { child, said: () => err, end };
}

/** Runs `qgt ...` to its end, which must be the one that is expected. */
export async function run(argv: readonly string[], expected = 0): Promise<End> {
  const end = await start(argv).end;
  assert.equal(end.code, expected, end.err);
  return end;
}

const reportSchema = z.custom<SweepReport>((value) => typeof value === 'object' && value !== null);

/** What `qgt sweep show` says of a folder. */
export async function show(folder: string, expected = 0): Promise<SweepReport> {
  return reportSchema.parse(JSON.parse((await run(['sweep', 'show', folder, '--json'], expected)).out));
}

/** The table of a sweep without what a clock or a place says. */
export const tableOf = ({ trials, recommendations }: SweepReport) => ({
  trials: trials
    .map(({ durationMs: _time, output: _folder, group: _group, ...trial }) => trial)
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
  recommendations: recommendations
    .map(({ group: _group, ...each }) => each)
    .sort((a, b) => (a.model < b.model ? -1 : 1)),
});

/** A command that sweeps a few digits in trials that only round, without the output folder. */
export async function sweepOfDigits(
  folder: string,
  more: readonly string[],
  model = digits.model,
): Promise<string[]> {
  const data = await saveFewDigits(1100, folder);
  return ['sweep', model, '--data', data, '--engine', 'embedded', '--epochs', '0', ...more];
}
