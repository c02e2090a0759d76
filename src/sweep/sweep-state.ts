import type { TrialResult } from './result.js';
import { possibleRuns, type Standing, standingsOf } from './rungs.js';
import { readResult, type SweepPlan } from './sweep-folder.js';
import type { Trial } from './trial.js';

/** State of a sweep, as its folder has it; each result is read once. */
export class SweepState {
  readonly folder: string;
  readonly plan: SweepPlan;
  readonly #runs: readonly Trial[];
  readonly #results = new Map<string, TrialResult>();

  constructor(folder: string, plan: SweepPlan) {
    this.folder = folder;
    this.plan = plan;
    this.#runs = possibleRuns(plan);
  }

  /** The result of a run, as it was found by the last look. */
  resultOf({ id }: Pick<Trial, 'id'>): TrialResult | null {
    return this.#results.get(id) ?? null;
  }

  /** Looks for new results. */
  async standings(): Promise<Standing[]> {
    const missing = this.#runs.filter(({ id }) => !this.#results.has(id));
    for (const run of missing) {
      const result = await readResult(this.folder, run);
      if (result !== null) this.#results.set(run.id, result);
    }
    return standingsOf(this.plan, this.#results);
  }
}
