import { z } from 'zod';
import {
  announced,
  type CompressionJob,
  checkedFileBytes,
  evaluationOf,
  type FittedWeights,
  type PlanByName,
  type QuantizedModel,
  quantizeModel,
  trainIfBetterThanRounding,
  trains,
  validate,
  weightsOf,
} from '../compression/index.js';
import { createRandom, endedByEither, shuffledIndices, silent } from '../core/index.js';
import { nestedLayers } from '../engine/index.js';
import { formatBytes, type MetricReport } from '../report/index.js';
import type { Samples } from '../session/index.js';
import { hasBatchNorm } from '../train/index.js';
import type { LayerChoices } from './allocation.js';
import { type ChosenWidths, planOf } from './chosen-widths.js';
import { keptSensitivity } from './kept-sensitivity.js';
import type { ProbeStatistics } from './probe.js';
import { measureSensitivity } from './sensitivity.js';
import { listWidths, type WidthChoices } from './width-choices.js';

/** The search for a model's widths: the choices, and the candidates tried. */
export interface AllocationSearch {
  readonly job: CompressionJob;
  readonly widths: WidthChoices;
  readonly candidates: Candidate[];
  /** Trainings at most, as a share of the epochs: they divide the time by it. */
  readonly shares: number;
}

/**
 * Kind of a trial. `short`: a little training, to see how the layers react; `full`: the whole training;
 * `control`: a candidate's weights trained further at the largest widths, for comparison.
 */
export type TryKind = 'short' | 'full' | 'control';

/** Widths that were trained (or rounded, where nothing is trained), with the size and metric reached. */
export interface Candidate {
  readonly kind: TryKind;
  readonly chosen: ChosenWidths;
  readonly epochs: number;
  readonly fitted: QuantizedModel;
  /** Why it was only rounded after all. */
  readonly notes: readonly string[];
  /** Whether its kernels are only rounded. */
  readonly hasRoundedKernels: boolean;
  /** Whether its training was stopped on demand. */
  readonly isStopped: boolean;
  /** Whether a training was tried, and its weights were worse than rounded ones. */
  readonly isGivenUp: boolean;
  /** Bytes of the file that this makes. */
  readonly bytes: number;
  /** Metric on the samples held out for choices. */
  readonly metric: MetricReport;
  /** Time that it took, with its measurement. */
  readonly durationMs: number;
}

/** Share of the epochs that a short training takes at most. */
export const SHORT_SHARE = 0.12;
/** Share of the epochs for which the control is trained further. */
export const CONTROL_SHARE = 0.5;
/** Time of a training, in units of the whole one. */
const TIME_SHARES: Readonly<Record<TryKind, number>> = {
  short: SHORT_SHARE,
  full: 1,
  control: CONTROL_SHARE,
};
/** Least time for another training, as a share of what the last one took; one with less time ends after its first steps. */
const MIN_TIME_SHARE = 0.5;
/** Most epochs of a short training; more wouldn't distinguish the widths better. */
const MAX_SHORT_EPOCHS = 2;
/** Least samples of a short training; fewer say nothing. */
const MIN_SAMPLES = 1024;
const TRY_WORDS: Readonly<Record<TryKind, string>> = {
  short: 'a short training',
  full: 'training',
  control: 'for comparison, training',
};

/** Rounds every kernel to every width. */
export async function startSearch(job: CompressionJob, shares: number): Promise<AllocationSearch> {
  const { session, samples, options } = job;
  return { job, widths: await listWidths(session.liveModel, options, samples), candidates: [], shares };
}

/** Predicts the cost of every kernel at every width, around the float model or a trained one. */
export async function predictCosts(
  { job, widths }: AllocationSearch,
  around?: QuantizedModel,
): Promise<LayerChoices[]> {
  job.controls.onProgress?.({ kind: 'stage', text: 'measuring what each layer costs at each width' });
  const point = { statistics: statisticsFor(job), weights: around && weightsOf(around) };
  const costs = await keptSensitivity(job.controls.checkpoints?.next('sensitivity'), widths.kernels, () =>
    measureSensitivity(evaluationOf(atOnce(job)), widths.kernels, point),
  );
  return widths.kernels.map(({ kernel: { name }, widths: each }) => ({
    name,
    choices: each.map(({ bits, bytes }) => ({ bits, bytes, cost: costs.get(name)!.get(bits)! })),
  }));
}

/** Chooses the statistics: BatchNorm trained on data compensates part of an error; else its averages stay. */
function statisticsFor(job: CompressionJob): readonly ProbeStatistics[] {
  const { liveModel } = job.session;
  const adapts =
    trains(job) &&
    job.options.data !== undefined &&
    liveModel.kind === 'layers' &&
    hasBatchNorm(nestedLayers(liveModel.model));
  return adapts ? ['moving', 'batch'] : ['moving'];
}

/** A candidate to train. */
interface CandidateSpec extends Pick<Candidate, 'kind' | 'chosen'> {
  /** Share of the epochs that the user wants. */
  readonly share: number;
  /** A candidate to go on from; left out: the float model. */
  readonly start?: Candidate;
  /** Size that the training is to end with; left out: as it comes. */
  readonly size?: TrainedSize;
}

/** The size of the file of a training. */
export interface TrainedSize {
  /** Largest file, with floats as short as they may get. */
  readonly mostBytes: number;
  /** Widths that keep a limit where the weights are only rounded. */
  readonly rounded: ChosenWidths;
}

/** Trains the model at the chosen widths and measures it. */
export async function trainCandidate(
  search: AllocationSearch,
  { kind, chosen, share, start, size }: CandidateSpec,
): Promise<Candidate> {
  const { widths, candidates } = search;
  const startedAt = performance.now();
  const { raised } = chosen;
  const timed = { ...search.job, timeShare: timeShareOf(search, kind) };
  const job =
    size === undefined || raised === undefined
      ? timed
      : { ...timed, filling: { mostBytes: size.mostBytes, kernels: raised } };
  const { onProgress = silent } = job.controls;
  if (trains(job))
    onProgress({
      kind: 'stage',
      text: `${TRY_WORDS[kind]} at ${formatBytes(job.filling?.mostBytes ?? chosen.fileBytes)}`,
    });
  const plan = planOf(widths, chosen);
  const whole = share === 1 || !trains(job) ? job : shorten(job, share);
  const isFirst = share === 1 && !candidates.some((each) => each.kind === kind);
  const training = isFirst ? await announced(whole) : whole;
  const { fitted, notes, hasRoundedKernels, isStopped, isGivenUp } =
    kind === 'full'
      ? await trainIfBetterThanRounding(training, plan, size && planOf(widths, size.rounded))
      : await trainForComparison(training, plan, start);
  const bytes = await checkedFileBytes(job, fitted);
  const metric = await validate(job, fitted);
  const passed = whole.samples.training.order.length / job.samples.training.order.length;
  const epochs = (fitted.tuned?.training.epochsDone ?? 0) * passed;
  const taken = size !== undefined && hasRoundedKernels ? size.rounded : chosen;
  const durationMs = performance.now() - startedAt;
  const tried = {
    kind,
    chosen: taken,
    epochs,
    fitted,
    notes,
    hasRoundedKernels,
    isStopped,
    isGivenUp,
    bytes,
    metric,
    durationMs,
  };
  candidates.push(tried);
  return tried;
}

/** Share of the time left that a training may take: the others that may follow have theirs. */
function timeShareOf({ candidates, shares }: AllocationSearch, kind: TryKind): number {
  const own = TIME_SHARES[kind];
  const past = candidates.reduce((sum, candidate) => sum + TIME_SHARES[candidate.kind], 0);
  return own / Math.max(own, shares - past);
}

/**
 * Whether there is time for another training, one that can be left out; where there is none, that is noted. A run that
 * goes on decides as the interrupted one did.
 */
export async function hasTimeFor(search: AllocationSearch, kind: TryKind, what: string): Promise<boolean> {
  const { checkpoints, clock } = search.job.controls;
  const slot = checkpoints?.next('decision');
  const kept = z.boolean().safeParse(await slot?.load());
  const hasTime = kept.success ? kept.data : clock === undefined || clock.trainingMs > leastMs(search, kind);
  if (!kept.success) await slot?.save(hasTime);
  if (!hasTime) clock?.leaveOut(what);
  return hasTime;
}

/**
 * Time without which another training would end after its first steps, by what the last one took; that of another
 * rounding, which can't be shortened.
 */
function leastMs({ candidates, job }: AllocationSearch, kind: TryKind): number {
  const latest = candidates.at(-1);
  if (latest === undefined) return 0;
  if (!trains(job)) return latest.durationMs;
  return (MIN_TIME_SHARE * latest.durationMs * TIME_SHARES[kind]) / TIME_SHARES[latest.kind];
}

/** Trains weights that are never written: nothing is left of it where the run is stopped. */
async function trainForComparison(
  job: CompressionJob,
  plan: PlanByName,
  start: Candidate | undefined,
): Promise<FittedWeights> {
  const fitted = await quantizeModel(atOnce(job), plan, start && weightsOf(start.fitted));
  return { fitted, notes: [], hasRoundedKernels: false, isStopped: false, isGivenUp: false };
}

/** A job that either signal ends. */
const atOnce = (job: CompressionJob): CompressionJob => ({ ...job, controls: endedByEither(job.controls) });

/** The share of the epochs that a short training takes. */
export function shortShare({ job }: AllocationSearch): number {
  return Math.min(SHORT_SHARE, MAX_SHORT_EPOCHS / job.options.epochs);
}

/** Reduces a job's training to a share. */
function shorten(job: CompressionJob, share: number): CompressionJob {
  const { samples, options } = job;
  const { length } = samples.training.order;
  const wanted = share * options.epochs * length;
  const few = wanted < length;
  return {
    ...job,
    samples: few ? fewerSamples(samples, Math.max(MIN_SAMPLES, wanted), options.seed) : samples,
    options: { ...options, epochs: few ? 1 : Math.round(wanted / length) },
  };
}

function fewerSamples(samples: Samples, count: number, seed: number): Samples {
  const { dataset, order } = samples.training;
  const mixed = shuffledIndices(order.length, createRandom(seed)).map((at) => order[at]!);
  return { ...samples, training: { dataset, order: mixed.slice(0, Math.round(count)) } };
}
