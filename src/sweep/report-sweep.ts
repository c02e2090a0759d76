import { createSweepReport, type SweepReport, type UnjudgedTrial } from '../report/index.js';
import { isRunning } from './claim.js';
import { groupOf, type Standing } from './rungs.js';
import { placesOf, type SweepPlan } from './sweep-folder.js';
import type { SweepState } from './sweep-state.js';
import { modelNames, trialNames, variedOptions } from './trial-names.js';

/** Reports how the trials of a sweep stand, and which file to take. */
export async function reportSweep(
  state: SweepState,
  limits: SweepPlan['limits'] = state.plan.limits,
): Promise<SweepReport> {
  const { folder, plan } = state;
  const names = trialNames(plan.trials);
  const models = modelNames(plan.trials);
  const varied = variedOptions(plan.trials);
  const trials: UnjudgedTrial[] = [];
  for (const standing of await state.standings()) {
    const { trial, run, rung, result } = standing;
    const done = result?.status === 'done' ? result : null;
    trials.push({
      id: trial.id,
      name: names.get(trial)!,
      model: models.get(String(trial.options.model))!,
      group: groupOf(trial),
      options: Object.fromEntries(
        varied.flatMap((name) => (name in trial.options ? [[name, trial.options[name]]] : [])),
      ),
      state: await stateOf(folder, standing),
      rung,
      bytesBefore: done?.bytesBefore ?? null,
      bytes: done?.bytes ?? null,
      ratio: done?.ratio ?? null,
      choice: done?.choice ?? null,
      metric: done?.metric ?? null,
      durationMs: result?.durationMs ?? null,
      output: done === null ? null : placesOf(folder, run).output,
      error: result?.status === 'failed' ? result.error.message : null,
      warnings: done?.warnings ?? [],
    });
  }
  return createSweepReport({ folder, trials, limits, notes: [...plan.notes, ...notesOnRungs(plan)] });
}

async function stateOf(
  folder: string,
  { run, result, isStopped }: Standing,
): Promise<UnjudgedTrial['state']> {
  if (result?.status === 'failed') return 'failed';
  if (isStopped) return 'stopped';
  if (result !== null) return 'done';
  return (await isRunning(folder, run)) ? 'running' : 'open';
}

const notesOnRungs = ({ rungs }: SweepPlan): string[] =>
  rungs === null
    ? []
    : [
        'a trial that goes on to the next rung is trained from the start, with three times the epochs; the figures of one that was stopped are those of its shorter training',
      ];
