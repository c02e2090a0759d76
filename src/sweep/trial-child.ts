import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OnProgress } from '../core/index.js';
import type { DoneTrial } from './result.js';
import { parseMessage, STOP, type TrialJob } from './trial-messages.js';

/** End of a trial's process. */
export type ChildEnd =
  | { readonly kind: 'done'; readonly result: DoneTrial }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** It ended without a word. */
  | { readonly kind: 'crashed'; readonly by: string };

/** Settings of a trial's process. */
export interface ChildControls {
  /** File that takes what the process prints. */
  readonly log: string;
  readonly onProgress: OnProgress;
  /** Aborting has the process keep its state and end. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a trial in a process of its own, which ends with this one. */
export async function runChild(job: TrialJob, { log, onProgress, signal }: ChildControls): Promise<ChildEnd> {
  const output = openSync(log, 'a');
  const script = fileURLToPath(import.meta.url.replace(/trial-child(\.[jt]s)$/, 'trial-process$1'));
  const child = fork(script, [], {
    stdio: ['ignore', output, output, 'ipc'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
  });
  closeSync(output);
  const kill = () => child.kill('SIGKILL');
  const stop = () => child.connected && child.send(STOP);
  process.once('exit', kill);
  signal?.addEventListener('abort', stop);
  let end: ChildEnd | null = null;
  child.on('message', (sent) => {
    const message = parseMessage(sent);
    if (message.kind === 'progress') onProgress(message.event);
    else end = message;
  });
  child.send(job, () => {});
  if (signal?.aborted) stop();
  try {
    const by = await endOf(child);
    return end ?? { kind: 'crashed', by };
  } finally {
    process.off('exit', kill);
    signal?.removeEventListener('abort', stop);
  }
}

/** Waits for the end of a process. @returns Its exit code or signal, in words. */
const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
