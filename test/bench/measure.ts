import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EVALUATION_BATCH } from './batches.js';
import type { Candidate } from './candidates.js';
import { type Assignment, type Result, resultSchema } from './result.js';
import type { Subject } from './subjects.js';

/** How much is measured in one go. */
export interface Effort {
  /** Steps, after the first, that don't count. */
  readonly warmUp: number;
  readonly steps: number;
  readonly passes: number;
}

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Measures one candidate in a process of its own, so that none sees another's memory or caches.
 *
 * @param python  The interpreter that the peers run in.
 * @throws Error with the end of what the child printed, where it failed.
 */
export async function measureOnce(
  { name, runsIn }: Candidate,
  subject: Subject,
  batches: string,
  effort: Effort,
  python: string | null,
): Promise<Result> {
  const { model, batchSize, shape } = subject;
  const assignment: Assignment = {
    candidate: name,
    subject: subject.name,
    model,
    batches,
    batchSize,
    evaluationBatch: EVALUATION_BATCH,
    shape,
    ...effort,
    startedAt: Date.now(),
  };
  const [command, script] =
    runsIn === 'node'
      ? [process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts')]]
      : [python!, [join(import.meta.dirname, 'peers.py')]];
  const { stdout } = await promisify(execFile)(command, [...script, JSON.stringify(assignment)], {
    cwd: ROOT,
  });
  return resultSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1)!));
}
