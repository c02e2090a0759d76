import { resolve } from 'node:path';
import { outputOf } from './output.js';
import { trainPeer } from './peer.js';
import type { Task } from './task.js';

const QGT = resolve(import.meta.dirname, '../../../bin/qgt.js');
/** What the page leaves out of every command: how it is run, which has no part in what comes out. */
const QUIETLY: Readonly<Record<string, readonly string[]>> = {
  compress: ['--engine', 'native', '--force', '--json'],
  eval: ['--engine', 'native', '--json'],
};

/**
 * Runs a task, each command in a process of its own, whose progress goes to stderr.
 *
 * @param folder  Of `workFolder`.
 * @returns What each process printed as JSON.
 * @throws Error if one fails.
 */
export async function runTask(task: Task, folder: string): Promise<unknown[]> {
  if (task.kind === 'peer') return [await trainPeer(task.training, folder)];
  const outputs: unknown[] = [];
  for (const command of task.commands) {
    const quietly = QUIETLY[command[0]!]!;
    outputs.push(JSON.parse(await outputOf(process.execPath, [QGT, ...command, ...quietly], folder)));
  }
  return outputs;
}
