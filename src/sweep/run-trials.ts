import { setTimeout } from 'node:timers/promises';
import { throwIfAborted } from '../core/index.js';
import type { Lock } from '../files/index.js';
import { claimTrial, isClaimed } from './claim.js';
import { endText } from './end-text.js';
import { runTrial, type TrialControls } from './run-trial.js';
import type { Standing } from './rungs.js';
import { readResult, writeResult } from './sweep-folder.js';
import { SweepProgress } from './sweep-progress.js';
import type { SweepState } from './sweep-state.js';
import { trialNames } from './trial-names.js';

const POLL_MS = 1000;

/** A part of the trials, counted from 0: those at `index`, `index + of` and so on. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** How the trials of a sweep are run by this process. */
export interface RunPlan {
  /** Trials at a time. */
  readonly jobs: number;
  /** Left out: any trial that nobody else runs. */
  readonly share?: Share | undefined;
  /** Trials of others to wait for: all, or those of a rung whose end lets trials go on. */
  readonly waitFor: 'all' | 'rungs';
}

/**
 * Runs the trials that have no result and that nobody else runs, each in a process of its own.
 *
 * @throws QgtError `aborted`, with the states of the trials kept.
 */
export async function runTrials(state: SweepState, how: RunPlan, controls: TrialControls): Promise<void> {
  const runner = new Runner(state, how, controls);
  // One that fails stops the others, whose states are kept.
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(controls.signal === undefined ? [] : [controls.signal])]);
  const works = Array.from({ length: how.jobs }, () =>
    runner.work(signal).catch((thrown) => {
      stop.abort();
      throw thrown;
    }),
  );
  const ends = await Promise.allSettled(works);
  throwIfAborted(controls.signal);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** A trial to run, claimed. */
interface Claimed {
  readonly standing: Standing;
  readonly lock: Lock;
}

class Runner {
  readonly #state: SweepState;
  readonly #how: RunPlan;
  readonly #progress: SweepProgress;
  readonly #names: ReadonlyMap<Standing['trial'], string>;

  constructor(state: SweepState, how: RunPlan, controls: TrialControls) {
    this.#state = state;
    this.#how = how;
    this.#progress = new SweepProgress(controls.onProgress, how.jobs);
    this.#names = trialNames(state.plan.trials);
  }

  /** Runs one trial after the other until none is left for this process. */
  async work(signal: AbortSignal): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      const next = await this.#claimNext();
      if (next === 'none') return;
      if (next === 'wait') await setTimeout(POLL_MS);
      else await this.#run(next, signal);
    }
  }

  async #claimNext(): Promise<Claimed | 'wait' | 'none'> {
    const { folder, plan } = this.#state;
    const standings = await this.#state.standings();
    this.#progress.update(standings);
    const open = standings.filter(({ result }) => result === null);
    const own = open.filter(({ trial }) => this.#isOwn(plan.trials.indexOf(trial)));
    for (const standing of own) {
      const lock = await claimTrial(folder, standing.run);
      if (lock === null) continue;
      if ((await readResult(folder, standing.run)) === null) return { standing, lock };
      await lock.release();
      return this.#claimNext();
    }
    const waits = this.#how.waitFor === 'all' || plan.rungs !== null;
    if (!waits || open.length === 0) return 'none';
    return (await this.#anyClaimed(open)) ? 'wait' : this.#claimNext();
  }

  async #anyClaimed(open: readonly Standing[]): Promise<boolean> {
    for (const { run } of open) if (await isClaimed(this.#state.folder, run)) return true;
    return false;
  }

  #isOwn(position: number): boolean {
    const { share } = this.#how;
    return share === undefined || position % share.of === share.index;
  }

  async #run({ standing: { trial, run }, lock }: Claimed, signal: AbortSignal): Promise<void> {
    const { folder } = this.#state;
    const name = this.#names.get(trial)!;
    const onProgress = this.#progress.begin(run.id, name);
    try {
      const result = await runTrial(folder, run, { onProgress, signal });
      // Also where somebody has taken the claim over, as from a machine that was asleep: the result is the same.
      await writeResult(folder, result);
      this.#progress.update(await this.#state.standings());
      this.#progress.end(run.id, `${name}: ${endText(result)}`);
    } finally {
      await lock.release();
    }
  }
}
