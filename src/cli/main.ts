import { type RunDependencies, runCli } from './run.js';

/**
 * Runs the command line of this process.
 *
 * The first Ctrl-C asks the run to stop, which removes what it has half written; a second ends at once.
 *
 * @returns The exit code.
 */
export async function main(dependencies: RunDependencies = {}): Promise<number> {
  const interruption = new AbortController();
  process.on('SIGINT', () => {
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
    process.stderr.write('stopping; press Ctrl-C again to end at once\n');
  });
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly);
  // Only data goes to stdout, whatever TensorFlow or a module of custom layers may print.
  console.log = console.info = console.debug = console.error;
  // Hides TensorFlow's remarks on the processor unless debugging; TensorFlow reads this when it is loaded.
  if (process.env.QGT_LOG !== 'debug') process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signal: interruption.signal,
  };
  return runCli(process.argv.slice(2), io, dependencies);
}

/** Ends the process without an error if a reader such as `head` closed the pipe; rethrows all other errors. */
function endQuietly(thrown: NodeJS.ErrnoException): void {
  if (thrown.code !== 'EPIPE') throw thrown;
  process.exit(process.exitCode ?? 0);
}
