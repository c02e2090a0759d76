import { spawn } from 'node:child_process';
import { QgtError } from '../../../core/index.js';

/** Working folder, environment and abort signal of a program. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end and gives what it printed. */
export type RunCommand = (
  program: string,
  args: readonly string[],
  options: CommandOptions,
) => Promise<string>;

/** A program that isn't there, or ended with an error. */
export class CommandError extends Error {
  /** Whether the program doesn't exist. */
  readonly missing: boolean;
  readonly output: string;

  constructor(program: string, missing: boolean, output: string) {
    super(missing ? `there is no ${program}` : `${program} failed: ${lastLine(output)}`);
    this.missing = missing;
    this.output = output;
  }
}

/**
 * Runs a program; its output is kept for the error, and shown as it comes with QGT_LOG=debug.
 *
 * @throws CommandError, or QgtError `aborted` when the signal stopped it and all that it had started.
 */
export const runCommand: RunCommand = (program, args, { cwd, env, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it starts (make, a compiler) can be stopped with it.
      detached: process.platform !== 'win32',
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = `${output}${chunk}`.slice(-100_000);
      if (process.env.QGT_LOG === 'debug') process.stderr.write(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const stop = () => stopGroup(child.pid);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', stop);
      reject(new CommandError(program, error.code === 'ENOENT', error.message));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted) reject(new QgtError('aborted', { where: 'setup', what: 'stopped' }));
      else if (code === 0) resolve(output);
      else reject(new CommandError(program, false, output));
    });
  });

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

function lastLine(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => /error|ERR!/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
