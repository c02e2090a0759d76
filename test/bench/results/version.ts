import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Task } from './task.js';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What a task's result depends on: the commit that last changed it stands for it, whatever else was committed since. */
const SOURCES: Readonly<Record<Task['kind'], readonly string[]>> = {
  qgt: ['src', 'bin'],
  peer: ['test/bench/peer_models.py', 'test/bench/peer_training.py'],
};

/**
 * The commit of the code that runs a kind of task.
 *
 * @throws Error if that code has changes that are in no commit.
 */
export async function versionOf(kind: Task['kind']): Promise<string> {
  const sources = SOURCES[kind];
  const changes = await git('status', '--porcelain', '--', ...sources);
  if (changes !== '')
    throw new Error(
      `${sources.join(', ')}: there are changes in no commit; commit them, or name them with --as NAME`,
    );
  return git('log', '-1', '--format=%h', '--', ...sources);
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', [...args], { cwd: ROOT });
  return stdout.trim();
}
