import { resolve } from 'node:path';
import type { Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { OnProgress } from '../../core/index.js';
import type { Lock } from '../../files/index.js';
import { trainingVersion } from '../../pipeline/way-of-training.js';
import { claimTrial, markHanded } from '../claim.js';
import { endText } from '../end-text.js';
import type { TrialResult } from '../result.js';
import type { Standing } from '../rungs.js';
import { placesOf, readResult, writeResult } from '../sweep-folder.js';
import { SweepProgress } from '../sweep-progress.js';
import type { SweepState } from '../sweep-state.js';
import type { Trial } from '../trial.js';
import { trialNames } from '../trial-names.js';
import { KEPT_S } from './file-keys.js';
import { clearFiles, takeFiles } from './made-files.js';
import { type HashedFile, jobIdOf, outcomeSchema, type QueuedTrial } from './queued-trial.js';

/** Errors of a worker itself, such as a full disk, end a trial after so many. */
const ATTEMPTS = { attempts: 3, backoff: { type: 'fixed', delay: 5_000 } } as const;
const KEPT = { removeOnComplete: { age: KEPT_S }, removeOnFail: { age: KEPT_S } } as const;

const OTHER_VERSION = 'its worker is of another version of qgt';
/** States of jobs that no worker has begun. */
const WAITING = ['waiting', 'delayed', 'prioritized'];

const stepSchema = z.object({
  kind: z.literal('step'),
  epoch: z.number(),
  epochs: z.number(),
  step: z.number(),
  steps: z.number(),
  loss: z.number(),
  remainingMs: z.number(),
});

/** A sweep and its queue. */
export interface FeedParts {
  readonly state: SweepState;
  readonly queue: Queue;
  readonly connection: Redis;
  /** The sweep's name in the queue. */
  readonly sweep: string;
  readonly retry: boolean;
}

/** A trial that a worker runs: what says so in the folder, and the callback for its progress. */
interface RunningTrial {
  readonly mark: Lock | null;
  readonly onProgress: OnProgress;
}

/** Puts trials of a sweep into the queue, and takes their results from there into its folder. */
export class TrialFeed {
  readonly #parts: FeedParts;
  readonly #progress: SweepProgress;
  readonly #names: ReadonlyMap<Standing['trial'], string>;
  /** Trials that may stand in the queue, by the ids of their runs. */
  readonly #queued = new Map<string, Standing>();
  /** Those that a worker runs. */
  readonly #running = new Map<string, RunningTrial>();
  #isFirst = true;

  constructor(parts: FeedParts, onProgress: OnProgress) {
    this.#parts = parts;
    this.#progress = new SweepProgress(onProgress, 1);
    this.#names = trialNames(parts.state.plan.trials);
  }

  /** Looks after every trial once. @returns How many have no result. */
  async look(): Promise<number> {
    const standings = await this.#parts.state.standings();
    this.#progress.update(standings);
    for (const standing of [...this.#queued.values()]) await this.#conclude(standing);
    const open = standings.filter(({ result }) => result === null);
    await Promise.all(open.map((standing) => this.#lookAfter(standing)));
    this.#isFirst = false;
    this.#progress.setJobs(Math.max(1, this.#running.size));
    return open.length;
  }

  /** Takes trials out of the queue that have a result, or that no worker has begun. */
  async withdraw(): Promise<void> {
    for (const { run } of [...this.#queued.values()]) {
      const job = await this.#jobOf(run);
      const isWaiting = job !== undefined && WAITING.includes(await job.getState());
      if (isWaiting || this.#parts.state.resultOf(run) !== null) await this.#remove(job);
    }
  }

  /** Says no more that trials run. */
  async close(): Promise<void> {
    for (const id of [...this.#running.keys()]) await this.#forget({ id });
  }

  /** Takes what is left of a finished sweep from the server. */
  async clear(): Promise<void> {
    await clearFiles(this.#parts.connection, this.#parts.sweep);
  }

  /** Takes a trial out of the queue once it has a result, from wherever. */
  async #conclude({ trial, run }: Standing): Promise<void> {
    const result = this.#parts.state.resultOf(run);
    if (result === null) return;
    this.#queued.delete(run.id);
    await this.#forget(run);
    this.#progress.end(run.id, `${this.#names.get(trial)}: ${endText(result)}`);
    await this.#remove(await this.#jobOf(run));
  }

  async #lookAfter(standing: Standing): Promise<void> {
    const { run } = standing;
    const job = await this.#jobOf(run);
    const state = await job?.getState();
    if (job === undefined || state === 'unknown' || this.#isOver(job, state)) {
      // One of before, whose end is not what is wanted now.
      await this.#remove(job);
      return this.#add(standing);
    }
    this.#queued.set(run.id, standing);
    if (state === 'completed') await this.#take(job, standing);
    else if (state === 'failed') await this.#record(run, failureOf(run, job.failedReason));
    else if (state === 'active') await this.#hear(job, standing);
    else if (await this.#forget(run)) this.#progress.drop(run.id);
  }

  /** Whether a job has ended in failure before this process began, which tries it again. */
  #isOver(job: Job, state: string | undefined): boolean {
    if (!this.#isFirst) return false;
    if (state === 'failed') return true;
    const outcome = outcomeSchema.safeParse(job.returnvalue).data;
    return state === 'completed' && this.#parts.retry && outcome?.result.status === 'failed';
  }

  async #add(standing: Standing): Promise<void> {
    const { state, queue, sweep } = this.#parts;
    const { trial, run } = standing;
    const queued: QueuedTrial = {
      sweep,
      folder: resolve(state.folder),
      name: this.#names.get(trial)!,
      trial: run,
      trainedBy: trainingVersion(),
    };
    await queue.add(run.id, queued, { jobId: jobIdOf(sweep, run), ...ATTEMPTS, ...KEPT });
    this.#queued.set(run.id, standing);
  }

  /** Takes what a worker has made, or puts the trial into the queue again where the server has lost it. */
  async #take(job: Job, standing: Standing): Promise<void> {
    const { run } = standing;
    const { data: outcome } = outcomeSchema.safeParse(job.returnvalue);
    const { result, files } = outcome ?? { result: failureOf(run, OTHER_VERSION), files: null };
    const isWhole = await this.#record(run, result, files ?? []);
    if (isWhole) return;
    await this.#remove(job);
    await this.#add(standing);
  }

  /** Writes a result into the folder, once. @returns Whether its files were all there. */
  async #record(run: Trial, result: TrialResult, files: readonly HashedFile[] = []): Promise<boolean> {
    const { state, connection, sweep } = this.#parts;
    const { folder } = state;
    const lock = await claimTrial(folder, run);
    // Somebody runs it beside the queue, whose result comes.
    if (lock === null) return true;
    try {
      if ((await readResult(folder, run)) !== null) return true;
      const { output } = placesOf(folder, run);
      if (files.length > 0 && !(await takeFiles(connection, jobIdOf(sweep, run), files, output)))
        return false;
      await writeResult(folder, result);
      return true;
    } finally {
      await lock.release();
    }
  }

  async #hear({ progress }: Job, standing: Standing): Promise<void> {
    const { run } = standing;
    const running = this.#running.get(run.id) ?? (await this.#begin(standing));
    this.#running.set(run.id, running);
    const event = stepSchema.safeParse(progress).data;
    running.onProgress(event ?? { kind: 'stage', text: 'begins' });
  }

  async #begin({ trial, run }: Standing): Promise<RunningTrial> {
    return {
      mark: await markHanded(this.#parts.state.folder, run),
      onProgress: this.#progress.begin(run.id, this.#names.get(trial)!),
    };
  }

  /** @returns Whether it ran. */
  async #forget({ id }: Pick<Trial, 'id'>): Promise<boolean> {
    const running = this.#running.get(id);
    if (running === undefined) return false;
    this.#running.delete(id);
    await running.mark?.release();
    return true;
  }

  #jobOf(run: Pick<Trial, 'id'>): Promise<Job | undefined> {
    const { queue, sweep } = this.#parts;
    return queue.getJob(jobIdOf(sweep, run));
  }

  async #remove(job: Job | undefined): Promise<void> {
    // A worker that has it still finds the result; the server forgets it in time.
    await job?.remove().catch(() => {});
  }
}

const failureOf = ({ id }: Pick<Trial, 'id'>, message: string): TrialResult => ({
  version: 1,
  id,
  status: 'failed',
  error: { code: 'queue', message },
  durationMs: 0,
});
