// Runs test files in as many processes as there are cores, many files a process: see ../README.md.
//
//   npm test -- [--processes=N] [path ...]
//
// A path is the beginning of a file's path, such as a folder; without one every *.test.ts is run.
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addCounts, type Counts, type FileResult, NO_TESTS } from './messages.js';
import { runProcess } from './process.js';

/** Folders whose files run whole commands, and so take long whatever their size. */
const LONG = /^test\/(cli|kinds|mixed-precision|pipeline)\b/;

const started = performance.now();
const { values, positionals } = parseArgs({
  options: { processes: { type: 'string', default: String(availableParallelism()) } },
  allowPositionals: true,
});
const queue = findFiles(positionals);
let counts: Counts = NO_TESTS;
const failures = new Set<string>();

await Promise.all(Array.from({ length: Math.min(Number(values.processes), queue.length) }, runFiles));
printSummary();

/** The test files, those that take long first and by their size: the last ones to run should be short. */
function findFiles(paths: readonly string[]): string[] {
  const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .map((name) => join('test', name))
    .filter((name) => name.endsWith('.test.ts'));
  for (const path of paths) {
    if (!all.some((name) => name.startsWith(path))) throw new Error(`no test file begins with ${path}`);
  }
  const chosen = all.filter((name) => paths.length === 0 || paths.some((path) => name.startsWith(path)));
  const isLong = (name: string) => Number(LONG.test(name.replaceAll('\\', '/')));
  return chosen.sort((a, b) => isLong(b) - isLong(a) || statSync(b).size - statSync(a).size);
}

/** Runs files in one process until there are no more; a process that ends too early is followed by another. */
async function runFiles(): Promise<void> {
  while (queue.length > 0) {
    const before: string[] = [];
    const next = () => {
      const file = queue.shift() ?? null;
      if (file !== null) before.push(file);
      return file;
    };
    const problem = await runProcess(next, (result) => take(result, before));
    if (problem !== null) fail(before.at(-1)!, problem, before);
  }
}

function take({ file, text, counts: ofFile, isEmpty }: FileResult, before: readonly string[]): void {
  process.stdout.write(text);
  counts = addCounts(counts, ofFile);
  if (file === null) return;
  if (ofFile.fail + ofFile.cancelled > 0) failures.add(`${file}${after(before)}`);
  else if (isEmpty) fail(file, 'has no test', before);
}

function fail(file: string, problem: string, before: readonly string[]): void {
  console.log(`✖ ${file}: ${problem}`);
  counts = addCounts(counts, { ...NO_TESTS, fail: 1 });
  failures.add(`${file}: ${problem}${after(before)}`);
}

function after(files: readonly string[]): string {
  return files.length > 1 ? ` (in one process after ${files.slice(0, -1).join(' ')})` : '';
}

function printSummary(): void {
  for (const failure of failures) console.log(`✖ ${failure}`);
  for (const [kind, count] of Object.entries(counts)) console.log(`ℹ ${kind} ${count}`);
  console.log(`ℹ duration_ms ${Math.round(performance.now() - started)}`);
  process.exitCode = failures.size === 0 && queue.length === 0 ? 0 : 1;
}
