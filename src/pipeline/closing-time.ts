import { diagnosisMs } from '../analysis/index.js';
import {
  evaluationOf,
  type OpenJob,
  packChecked,
  planModel,
  postTrainingQuantize,
  type QuantizedModel,
  scoredSamples,
  stepsInEpoch,
  trains,
  weightsOf,
} from '../compression/index.js';
import { endedByEither, RunClock, silent } from '../core/index.js';
import { nestedLayers } from '../engine/index.js';
import type { Bits } from '../quantize/index.js';
import { formatDuration } from '../report/index.js';
import { type Evaluation, type SampleSet, SCORE_BATCH, scoreAgainst } from '../session/index.js';
import { TIMED_STEPS, workOfStatistics } from '../train/index.js';

/** Width of a rounded model whose packing stands for that of one whose widths are still to be chosen. */
const USUAL_BITS: Bits = 4;
/** Samples that are scored to know the time of one, at first. */
const FEW_SAMPLES = 16;
/** Least part of the time of scoring that is its samples': a pause in the first scoring would make that nothing. */
const MIN_PART = 0.25;
/** Shares of the limit that scoring these, and a batch, takes at most where more samples are scored to know its time. */
const FEW_SHARE = 0.02;
const BATCH_SHARE = 0.1;
/** Largest share of the limit that is kept for what may also be left out. */
const OPTIONAL_SHARE = 0.1;
/** Time of a training step for a sample, in units of scoring it with two models: teacher, student and the way back. */
const STEP_PASSES = 2;

/**
 * Measures on the rounded model what follows after the trainings, or after rounding where nothing is trained, where time
 * is limited, and keeps time for it.
 *
 * Where that and the first steps take longer than there is time for, it says so.
 */
export async function reserveClosing(job: OpenJob): Promise<void> {
  const { clock } = job.controls;
  if (!clock?.isLimited) return;
  const { options, samples } = job;
  const from = clock.elapsedMs;
  const rounded = rounding(job);
  const roundingMs = clock.elapsedMs - from;
  const evaluation = measuringOf(job);
  const { sampleMs, openMs } = await timeScoring(clock, evaluation, rounded);
  clock.sampleMs = sampleMs;
  const packingMs = await clock.time(() => packChecked(evaluation, rounded.stored));
  const scoringMs = ({ order }: SampleSet) => openMs + sampleMs * order.length;
  clock.owedMs = packingMs + scoringMs(samples.evaluation);
  const comparingMs = trains(job) ? 2 * scoringMs(samples.comparison) : 0;
  const closingMs = comparingMs + clock.owedMs;
  // A search packs and measures each candidate.
  const candidateMs = options.bits === 'auto' ? packingMs + scoringMs(samples.validation) : 0;
  const optionalMs = Math.min(OPTIONAL_SHARE * clock.maxMs, diagnosisMs(clock, rounded.grids.size));
  clock.reserve(closingMs + candidateMs + optionalMs);
  tellLeast(job, clock, roundingMs + closingMs + candidateMs);
}

function rounding(job: OpenJob): QuantizedModel {
  const { options, session } = job;
  const bits = options.bits === 'auto' ? USUAL_BITS : options.bits;
  return postTrainingQuantize(job, planModel(session.liveModel, { ...options, bits }));
}

/** Does without all that can be left out. */
function measuringOf(job: OpenJob): Evaluation {
  const clock = new RunClock({ startedAt: 0, maxMs: 0 });
  return evaluationOf({
    ...job,
    controls: { ...endedByEither(job.controls), onProgress: silent, clock },
  });
}

/** Times of scoring two models. */
interface ScoringTime {
  readonly sampleMs: number;
  /** Time of getting ready for it. */
  readonly openMs: number;
}

/**
 * Measures the time of scoring by what more samples add to a few, where there is time for that. The first score of a size
 * of batch sets up much, and doesn't count.
 */
async function timeScoring(
  clock: RunClock,
  evaluation: Evaluation,
  rounded: QuantizedModel,
): Promise<ScoringTime> {
  const packed = { ...evaluation.liveModel.loaded, weights: weightsOf(rounded) };
  const { length } = evaluation.samples.evaluation.order;
  const time = (limit: number) => clock.time(() => scoreAgainst({ ...evaluation, limit }, packed));
  const few = Math.min(FEW_SAMPLES, length);
  const more = Math.min(2 * SCORE_BATCH, length);
  await time(few);
  const fewMs = await time(few);
  const isQuick = async () =>
    fewMs <= FEW_SHARE * clock.maxMs && (await time(SCORE_BATCH)) <= BATCH_SHARE * clock.maxMs;
  if (more === few || !(await isQuick())) return { sampleMs: fewMs / few, openMs: 0 };
  const moreMs = await time(more);
  const sampleMs = Math.max((moreMs - fewMs) / (more - few), MIN_PART * (moreMs / more));
  return { sampleMs, openMs: Math.max(0, moreMs - more * sampleMs) };
}

/** Says how long the run takes at least, where that is more than its limit. */
function tellLeast(job: OpenJob, clock: RunClock, closingMs: number): void {
  const stepsMs = trains(job) ? leastTrainingMs(job, clock) : null;
  const past = clock.elapsedMs;
  const least = past + (stepsMs ?? 0) + closingMs;
  if (least <= clock.maxMs) return;
  const closing =
    stepsMs === null
      ? `${formatDuration(closingMs)} for rounding, packing and measuring`
      : `${formatDuration(stepsMs)} for the first steps, ${formatDuration(closingMs)} for comparing, packing and measuring`;
  const text =
    `about ${formatDuration(least)} is the least that this run takes, more than --max-time ${formatDuration(clock.maxMs)}: ` +
    `${formatDuration(past)} until now${interrupted(clock)}, ${closing}`;
  clock.note(text);
  job.controls.onProgress?.({ kind: 'warning', text });
}

const interrupted = ({ interruptedMs }: RunClock): string =>
  interruptedMs === 0 ? '' : `, ${formatDuration(interruptedMs)} of them before it was interrupted`;

/** Estimates the time of the shortest training. */
function leastTrainingMs({ session, samples, options }: OpenJob, { sampleMs }: RunClock): number {
  const { liveModel } = session;
  const layers = liveModel.kind === 'layers' ? nestedLayers(liveModel.model) : [];
  const statistics =
    options.data === undefined ? 0 : workOfStatistics(layers, stepsInEpoch(samples, options));
  const stepMs = STEP_PASSES * options.batchSize * sampleMs;
  return (TIMED_STEPS + statistics) * stepMs + scoredSamples(samples) * sampleMs;
}
