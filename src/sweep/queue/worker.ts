import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Job } from 'bullmq';
import {
  describeError,
  type OnProgress,
  type ProgressEvent,
  type RunControls,
  silent,
  throwIfAborted,
} from '../../core/index.js';
// This file only: the index loads TensorFlow, which is for the processes of trials.
import { cacheFolder } from '../../engine/native/setup/engine-folder.js';
import type { RunWorkerOptions } from '../../pipeline/options/commands.js';
import { parseOptions } from '../../pipeline/parse-options.js';
import { trainingVersion } from '../../pipeline/way-of-training.js';
import { endText } from '../end-text.js';
import { FetchedInputs } from './fetched-inputs.js';
import { FileRequests, NoAnswer } from './file-requests.js';
import { jobSchema, type Outcome, QUEUE } from './queued-trial.js';
import { runQueuedTrial, type WorkerParts } from './run-queued-trial.js';
import { openServer, type QueueServer } from './server.js';

/**
 * A worker only waits for its trials' processes, so that its lock on a job is renewed in time, and one that is lost is
 * missed soon. A job may be taken up again as often as it takes: a trial ends by itself, as a failure where it must.
 */
const PACE = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 100_000, runRetryDelay: 1_000 };
/** A trial whose sweep doesn't answer is tried again after so long. */
const NO_ANSWER_MS = 15_000;
/** How often the process that sweeps hears how far a training is. */
const TELL_MS = 1_000;
/** Time for a server to take something back at the end; it finds out by itself, later. */
const CLOSE_MS = 5_000;

/**
 * Runs trials of a queue, each in a process of its own, until the signal is aborted; what is running then keeps its state
 * and goes back to the queue.
 *
 * @throws QgtError `queue` where the server isn't there; `aborted` at the end.
 */
export async function runWorker(
  options: RunWorkerOptions,
  { onProgress = silent, signal = new AbortController().signal }: RunControls = {},
): Promise<never> {
  const { server: url, jobs, fetch, cache = join(cacheFolder(), 'worker') } = parseOptions('worker', options);
  const server = await openServer(url, onProgress);
  try {
    const inputs = new FetchedInputs(resolve(cache), new FileRequests(server));
    const parts = { inputs, connection: server.connect(), fetch };
    await work(server, jobs, new QueueWork(server, parts, { onProgress, signal }));
  } finally {
    server.close();
  }
  throwIfAborted(signal);
  throw new Error('a worker ends by its signal alone');
}

async function work(
  { libraries, connect, address }: QueueServer,
  jobs: number,
  each: QueueWork,
): Promise<void> {
  const { signal, onProgress } = each.controls;
  const worker = new libraries.bullmq.Worker(QUEUE, (job, token) => each.run(job, token), {
    connection: connect(),
    concurrency: jobs,
    ...PACE,
  });
  const told = new Set<string>();
  worker.on('error', ({ message }) => {
    // Lost connections are told by the server's.
    if (/ECONN|closed|EPIPE/i.test(message) || told.has(message)) return;
    told.add(message);
    onProgress({ kind: 'warning', text: `${address}: ${message}` });
  });
  onProgress({ kind: 'stage', text: `waiting for trials of ${address}` });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // From now on it takes no more, and a server that is away holds up no end.
  const closed = worker.close().catch(() => {});
  await each.ended();
  await Promise.race([closed, setTimeout(CLOSE_MS, null, { ref: false })]);
}

/** The callback and the signal of a worker. */
interface WorkControls {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** Work on one job after the other. */
class QueueWork {
  readonly controls: WorkControls;
  readonly #server: QueueServer;
  readonly #parts: WorkerParts;
  readonly #runs = new Set<Promise<unknown>>();

  constructor(server: QueueServer, parts: WorkerParts, controls: WorkControls) {
    this.#server = server;
    this.#parts = parts;
    this.controls = controls;
  }

  /** @throws Errors by which BullMQ knows that the job goes back to the queue, or is to be tried again. */
  run(job: Job, token: string | undefined): Promise<Outcome> {
    const run = this.#run(job, token);
    this.#runs.add(run);
    return run.finally(() => this.#runs.delete(run));
  }

  /** Waits for the end of all that runs. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#runs);
  }

  async #run(job: Job, token: string | undefined): Promise<Outcome> {
    const { WaitingError, DelayedError } = this.#server.libraries.bullmq;
    const { signal, onProgress } = this.controls;
    const { data: queued } = jobSchema.safeParse(job.data);
    if (queued?.trainedBy !== trainingVersion()) throw new Error('it was queued by another version of qgt');
    onProgress({ kind: 'stage', text: `${queued.name}: begins` });
    try {
      const outcome = await runQueuedTrial(queued, this.#parts, {
        onProgress: this.#progressOf(job),
        signal,
      });
      onProgress({ kind: 'stage', text: `${queued.name}: ${endText(outcome.result)}` });
      return outcome;
    } catch (thrown) {
      if (signal.aborted) {
        await Promise.race([job.moveToWait(token), setTimeout(CLOSE_MS, null, { ref: false })]);
        throw new WaitingError();
      }
      if (thrown instanceof NoAnswer) {
        onProgress({
          kind: 'warning',
          text: `${queued.name}: nobody answers who has its sweep; it is tried again`,
        });
        await job.moveToDelayed(Date.now() + NO_ANSWER_MS, token);
        throw new DelayedError();
      }
      onProgress({ kind: 'warning', text: `${queued.name}: ${describeError(thrown)}` });
      throw thrown;
    }
  }

  /** Tells the terminal of a trial's progress, and from time to time the process that sweeps. */
  #progressOf(job: Job): OnProgress {
    let toldAt = Number.NEGATIVE_INFINITY;
    return (event: ProgressEvent) => {
      if (event.kind === 'step') this.controls.onProgress(event);
      if (event.kind !== 'step' || performance.now() - toldAt < TELL_MS) return;
      toldAt = performance.now();
      // A job that the server has lost has nobody to tell.
      job.updateProgress({ ...event }).catch(() => {});
    };
  }
}
