import { format } from 'node:util';
import { printable } from '../core/index.js';
import { askOf } from './ask.js';
import { withoutCommands } from './ci-commands.js';
import { END_SIGNALS, type EndSignal, EXIT_CODES, tellStopping } from './interruption.js';
import type { RunDependencies } from './run.js';
import { isSupervised, obeySupervisor, supervise, tellSupervisor, wantsSupervisor } from './supervisor.js';

/**
 * Runs the command line of this process; one that computes for long in a process of its own.
 *
 * The first Ctrl-C (or SIGTERM, SIGHUP) asks the run to stop in order; a second ends at once.
 *
 * @returns The exit code.
 */
export async function main(dependencies: RunDependencies = {}): Promise<number> {
  const argv = process.argv.slice(2);
  if (!isSupervised() && wantsSupervisor(argv)) return supervise(argv);
  const interruption = new AbortController();
  if (isSupervised()) obeySupervisor((signal) => interruption.abort(signal));
  else obeySignals(interruption);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  // Only data goes to stdout, and nothing that a terminal or a CI system obeys, whatever TensorFlow may print.
  const tell = (...values: unknown[]) => {
    const lines = format(...values)
      .split('\n')
      .map(printable);
    process.stderr.write(`${withoutCommands(lines.join('\n'))}\n`);
  };
  console.log = console.info = console.debug = console.warn = console.error = tell;
  // Hides TensorFlow's remarks on the processor unless debugging; TensorFlow reads this when it is loaded.
  if (process.env.QGT_LOG !== 'debug') process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interruption.signal,
    onOutput: tellSupervisor,
    ask: askOf(process.stdin, process.stderr, interruption.signal),
  };
  const { runCli } = await import('./run.js');
  return runCli(argv, io, dependencies);
}

function obeySignals(interruption: AbortController): void {
  const answer = (signal: EndSignal) => {
    if (interruption.signal.aborted) process.exit(EXIT_CODES[signal]);
    interruption.abort(signal);
    tellStopping(signal);
  };
  for (const signal of END_SIGNALS) process.on(signal, () => answer(signal));
}

/** Ends the process without an error if a reader such as `head` closed the pipe; rethrows all other errors. */
function endQuietly(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'EPIPE') throw thrown;
  process.exit(process.exitCode ?? 0);
}
