import { type ParsedOptions, parseOptions } from '../pipeline/parse-options.js';
import { byFronts } from '../report/index.js';
// This file only: the index loads TensorFlow.
import { epochsOf, findEffort } from '../train/efforts.js';
import type { TrialResult } from './result.js';
import type { SweepPlan } from './sweep-folder.js';
import { createTrial, type Trial } from './trial.js';

/** One in so many goes on after each rung, with so many times the epochs. */
export const REDUCTION = 3;

/** How far a planned trial has come. */
export interface Standing {
  readonly trial: Trial;
  /** The trial as it is trained on the rung that it has reached: from the start, with the epochs of that rung. */
  readonly run: Trial;
  /** From 0 on. */
  readonly rung: number;
  readonly result: TrialResult | null;
  /** Whether others went on in its place. */
  readonly isStopped: boolean;
}

/** Every run that the trials of a sweep may come to. */
export function possibleRuns(plan: SweepPlan): Trial[] {
  const rungs = Array.from({ length: plan.rungs ?? 1 }, (_, rung) => rung);
  return plan.trials.flatMap((trial) => rungs.map((rung) => runOn(trial, rung, rungs.length)));
}

/**
 * How far each trial has come, by the results that there are. A rung is over when all of its runs have one; then a third of
 * the trials of each model goes on, by size and loss (`byFronts`).
 *
 * @see Jamieson, Talwalkar 2016, Non-stochastic best arm identification and hyperparameter optimization (successive halving).
 */
export function standingsOf(plan: SweepPlan, results: ReadonlyMap<string, TrialResult>): Standing[] {
  const rungs = plan.rungs ?? 1;
  const standings = new Map<Trial, Standing>();
  let alive: readonly Trial[] = plan.trials;
  for (let rung = 0; rung < rungs; rung++) {
    for (const trial of alive) {
      const run = runOn(trial, rung, rungs);
      standings.set(trial, { trial, run, rung, result: results.get(run.id) ?? null, isStopped: false });
    }
    const reached = alive.map((trial) => standings.get(trial)!);
    if (rung === rungs - 1 || reached.some(({ result }) => result === null)) break;
    alive = survivors(reached);
    for (const standing of reached)
      if (!alive.includes(standing.trial)) standings.set(standing.trial, { ...standing, isStopped: true });
  }
  return plan.trials.map((trial) => standings.get(trial)!);
}

/** Trials with the same model and data, whose files can be held against each other. */
export function groupOf({ options: { model, data, eval: second } }: Trial): string {
  return JSON.stringify([model, data, second]);
}

function survivors(reached: readonly Standing[]): Trial[] {
  const groups = new Set(reached.map(({ trial }) => groupOf(trial)));
  return [...groups].flatMap((name) => {
    const group = reached.filter(({ trial }) => groupOf(trial) === name);
    const done = group.flatMap(({ trial, result }) =>
      result?.status === 'done'
        ? [{ trial, bytes: result.bytes, drop: (result.choice ?? result.metric)?.drop ?? null }]
        : [],
    );
    return byFronts(done)
      .slice(0, Math.ceil(done.length / REDUCTION))
      .map(({ trial }) => trial);
  });
}

/** A trial with the epochs of a rung; on the last one, and where these are as many, it is as it was planned. */
function runOn(trial: Trial, rung: number, rungs: number): Trial {
  if (rung === rungs - 1) return trial;
  const all = epochsIn(parseOptions('compress', trial.options));
  const epochs = Math.min(all, Math.max(1, Math.round(all / REDUCTION ** (rungs - 1 - rung))));
  return epochs === all ? trial : createTrial({ ...trial.options, epochs }, trial.inputs);
}

const epochsIn = ({ epochs, effort, data }: ParsedOptions<'compress'>): number =>
  epochs ?? epochsOf(findEffort(effort), data !== undefined);
