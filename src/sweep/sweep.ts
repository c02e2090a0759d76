import { QgtError, type RunControls, silent } from '../core/index.js';
import { defaultOutput } from '../files/index.js';
import type { RunSweepOptions, ShowSweepOptions, SweepOptions } from '../pipeline/options/commands.js';
import { type ParsedOptions, parseOptions } from '../pipeline/parse-options.js';
import { trainingVersion } from '../pipeline/way-of-training.js';
import type { SweepReport } from '../report/index.js';
import { describeSweep } from './describe-sweep.js';
import { planTrials } from './plan-trials.js';
import { sweepOverQueue } from './queue/index.js';
import { reportSweep } from './report-sweep.js';
import { runTrials } from './run-trials.js';
import { possibleRuns } from './rungs.js';
import {
  checkSweepFolder,
  checkTrainedHere,
  existingPlan,
  readPlan,
  readResults,
  removeResult,
  type SweepPlan,
  writePlan,
} from './sweep-folder.js';
import { SweepState } from './sweep-state.js';

/**
 * Compresses models with many combinations of options, and holds the files against each other. Trials that the folder has
 * results of are not run again; others are added to those that it holds.
 *
 * @throws QgtError; what is finished by then stays, and another call goes on.
 */
export async function sweep(options: SweepOptions, controls: RunControls = {}): Promise<SweepReport> {
  const given = parseOptions('sweep', options);
  const { onProgress = silent, signal } = controls;
  const folder = given.output ?? defaultOutput(given.model, 'sweep');
  const plan = await makePlan(folder, options, given);
  for (const text of plan.notes) onProgress({ kind: 'note', text });
  if (given.retry) await removeFailures(folder, plan);
  const state = new SweepState(folder, plan);
  const { prepare, queue, jobs, retry } = given;
  if (queue !== undefined) await sweepOverQueue(state, { url: queue, retry }, { onProgress, signal });
  else if (!prepare) await runTrials(state, { jobs, waitFor: 'all' }, { onProgress, signal });
  return reportSweep(state);
}

/** Runs trials of a sweep that `sweep` has prepared, in as many processes and on as many machines as call it. */
export async function runSweep(
  options: RunSweepOptions,
  { onProgress = silent, signal }: RunControls = {},
): Promise<SweepReport> {
  const { folder, jobs, retry, index, of } = parseOptions('sweep run', options);
  const plan = await existingPlan(folder);
  checkTrainedHere(folder, plan);
  if (index !== undefined && plan.rungs !== null)
    throw new QgtError('usage', {
      where: '--index',
      what: 'a sweep with --rungs has no parts: what is run next depends on all trials of a rung',
      remedy: 'leave out --index and --of; each process takes the trials that no other one runs',
    });
  if (retry) await removeFailures(folder, plan);
  const state = new SweepState(folder, plan);
  const share = index === undefined || of === undefined ? undefined : { index, of };
  await runTrials(state, { jobs, share, waitFor: 'rungs' }, { onProgress, signal });
  return reportSweep(state);
}

/** Reports how a sweep stands, whoever runs it; other limits than those that it was made with may be given. */
export async function showSweep(options: ShowSweepOptions): Promise<SweepReport> {
  const { folder, ...given } = parseOptions('sweep show', options);
  const plan = await existingPlan(folder);
  return reportSweep(new SweepState(folder, plan), { ...plan.limits, ...limitsOf(given) });
}

async function makePlan(
  folder: string,
  options: SweepOptions,
  given: ParsedOptions<'sweep'>,
): Promise<SweepPlan> {
  await checkSweepFolder(folder);
  const former = await readPlan(folder);
  if (former !== null) checkTrainedHere(folder, former);
  const { trials, notes } = await planTrials(await describeSweep(options, given), folder);
  const known = new Set(former?.trials.map(({ id }) => id));
  const plan = {
    trainedBy: trainingVersion(),
    rungs: given.rungs ?? null,
    limits: limitsOf(given),
    trials: [...(former?.trials ?? []), ...trials.filter(({ id }) => !known.has(id))],
    notes: [...notes],
  };
  await writePlan(folder, plan);
  return plan;
}

const limitsOf = ({ maxBytes, minRatio, maxDrop }: SweepPlan['limits']): SweepPlan['limits'] => ({
  ...(maxBytes !== undefined && { maxBytes }),
  ...(minRatio !== undefined && { minRatio }),
  ...(maxDrop !== undefined && { maxDrop }),
});

async function removeFailures(folder: string, plan: SweepPlan): Promise<void> {
  const results = await readResults(folder, possibleRuns(plan));
  for (const { id, status } of results.values()) if (status === 'failed') await removeResult(folder, { id });
}
