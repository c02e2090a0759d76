import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FileResult } from './messages.js';

/** How long one file may take. */
const MAX_MS = 600_000;

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Runs test files in a process of their own, one after the other.
 *
 * @param next  The next file, or null where there is none.
 * @returns What went wrong beside failing tests, or null.
 */
export function runProcess(
  next: () => string | null,
  onResult: (result: FileResult) => void,
): Promise<string | null> {
  const child = fork(here('./worker.ts'), {
    execArgv: [
      ...['../typescript.js', '../seeded-random.ts'].flatMap((name) => ['--import', here(name)]),
      `--test-reporter=${here('./reporter.ts')}`,
      '--test-reporter-destination=stdout',
    ],
  });
  let timer: NodeJS.Timeout;
  let file: string | null = null;
  let failed = false;
  let problem: string | null = null;
  const proceed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      problem = `did not end within ${MAX_MS / 60_000} minutes`;
      child.kill('SIGKILL');
    }, MAX_MS);
    file = next();
    child.send({ file });
  };
  child.on('message', (result: FileResult) => {
    onResult(result);
    failed ||= result.counts.fail + result.counts.cancelled > 0;
    if (result.file !== null) proceed();
  });
  proceed();
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const early = file !== null || (code !== 0 && !failed);
      resolve(problem ?? (early ? `the process ended with ${signal ?? code}` : null));
    });
  });
}
