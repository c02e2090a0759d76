import { type ChildProcess, fork } from 'node:child_process';
import { constants } from 'node:os';
import type { OnOutput } from '../core/index.js';
import { END_SIGNALS, type EndSignal, EXIT_CODES, tellStopping } from './interruption.js';

/** Set for a process that a supervisor has started: the supervisor's process id. */
const SUPERVISOR = 'QGT_SUPERVISOR';
/** Commands that compute for long. */
const LONG_COMMANDS = ['compress', 'analyze', 'eval', 'demo'];
const SHORT_FLAGS = ['--help', '-h', '--version'];
const SHOW_CURSOR = '\u001b[?25h';

/**
 * Whether a command line is to run in a process of its own, so that a signal is answered also while TensorFlow or a
 * loop blocks that process.
 */
export function wantsSupervisor(argv: readonly string[]): boolean {
  return LONG_COMMANDS.includes(argv[0] ?? '') && !argv.some((word) => SHORT_FLAGS.includes(word));
}

/** Whether this process was started by a supervisor. */
export function isSupervised(): boolean {
  return process.env[SUPERVISOR] === String(process.ppid) && process.send !== undefined;
}

/**
 * Runs this command line again in a process of its own and waits for its end.
 *
 * The first signal asks that process to stop in order, the second ends it at once.
 *
 * @returns Its exit code.
 */
export async function supervise(argv: readonly string[]): Promise<number> {
  const child = fork(process.argv[1]!, argv, {
    env: { ...process.env, [SUPERVISOR]: String(process.pid) },
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  let asked: EndSignal | undefined;
  let output: unknown;
  child.on('message', (message) => {
    output = message;
  });
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (asked !== undefined) return child.kill('SIGKILL');
      asked = signal;
      tellStopping(signal);
      return child.connected && child.send(signal);
    });
  }
  const { code, signal } = await endOf(child);
  if (code !== null) return code;
  if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
  if (output !== undefined) await (await import('./tidy-after-kill.js')).tidyAfterKill(output);
  if (asked !== undefined) return EXIT_CODES[asked];
  process.stderr.write(`error: qgt was ended by ${signal}, as the system does where memory runs out\n`);
  return 128 + constants.signals[signal ?? 'SIGKILL'];
}

/** Tells the supervisor of this process, where there is one, of the output folder, which it tidies after a kill. */
export const tellSupervisor: OnOutput = (output) => void process.send?.(output);

const endOf = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

/**
 * Listens to the supervisor of this process, and ends with it.
 *
 * @param stop  Called when the end is asked for; signals themselves, which a terminal sends to both, are left to the
 *   supervisor.
 */
export function obeySupervisor(stop: (signal: EndSignal) => void): void {
  delete process.env[SUPERVISOR];
  for (const signal of END_SIGNALS) process.on(signal, () => {});
  process.on('message', (message) => {
    const signal = END_SIGNALS.find((each) => each === message);
    if (signal !== undefined) stop(signal);
  });
  process.on('disconnect', () => process.exit(EXIT_CODES.SIGHUP));
  process.channel?.unref();
}
