import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** How long `qgt --help` takes, from nothing to the end of the process, next to Node by itself. */
export interface StartUp {
  readonly helpMs: readonly number[];
  readonly nodeMs: readonly number[];
  /** Which code ran. */
  readonly ran: string;
}

const RUNS = 20;
const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = "import('./src/cli/index.ts').then(({ main }) => main()).then((code) => process.exit(code))";

/** Runs both in turns: the built `bin/qgt.js` where there is one, else the sources by way of tsx. */
export async function measureStartUp(): Promise<StartUp> {
  const built = existsSync(join(ROOT, 'dist/cli/main.js'));
  const help = built ? ['bin/qgt.js', '--help'] : ['--import', 'tsx', '-e', SOURCES, '--', 'qgt', '--help'];
  const helpMs: number[] = [];
  const nodeMs: number[] = [];
  for (let turn = -1; turn < RUNS; turn++) {
    const times = [await timeOf(help), await timeOf(['-e', '0'])] as const;
    // The first turn fills the disk's cache.
    if (turn < 0) continue;
    helpMs.push(times[0]);
    nodeMs.push(times[1]);
  }
  return {
    helpMs,
    nodeMs,
    ran: built ? 'the built bin/qgt.js' : 'the sources by way of tsx; there was no dist',
  };
}

async function timeOf(args: readonly string[]): Promise<number> {
  const start = performance.now();
  await promisify(execFile)(process.execPath, [...args], { cwd: ROOT });
  return performance.now() - start;
}
