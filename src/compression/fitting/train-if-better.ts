import { countText, silent, UNLIMITED } from '../../core/index.js';
import { chosenDrop } from '../../metrics/index.js';
import { limitsSize, sizeGoalOf } from '../../plan/goal.js';
import type { SampleSet } from '../../session/index.js';
import { refineSteps, type SteppedWeights } from '../file/refine-steps.js';
import type { PlanByName } from '../file/rounding.js';
import type { BetterWeights } from './better-weights.js';
import { compareToFloat, fileBytes, postTrainingQuantize, trains, weightsOf } from './fitting.js';
import { type CompressionJob, evaluationOf } from './job.js';
import { keepIfBetter } from './keep-if-better.js';
import type { QuantizedModel } from './quantized-model.js';
import { trainOnSynthesised } from './train-on-synthesised.js';
import { watchedNoise } from './watched.js';

/** Largest share of the time for a training that the search for steps before it takes. */
const SEARCH_SHARE = 0.25;

/** A model on its grids, trained or rounded. */
export interface FittedWeights {
  readonly fitted: QuantizedModel;
  readonly notes: readonly string[];
  readonly hasRoundedKernels: boolean;
  /** Whether its training was stopped on demand. */
  readonly isStopped: boolean;
  /** Whether a training was tried, and its weights were worse than rounded ones. */
  readonly isGivenUp: boolean;
}

/**
 * Trains, and keeps that only where it is better than rounding on samples that are held out.
 *
 * @param rounding  The plan of the rounded weights where it is another one than that of the trained.
 */
export async function trainIfBetterThanRounding(
  job: CompressionJob,
  plan: PlanByName,
  rounding: PlanByName = plan,
): Promise<FittedWeights> {
  const { rounded, notes: stepNotes } = await roundedWithin(job, rounding);
  if (!trains(job)) {
    return {
      ...{ fitted: rounded, notes: stepNotes, hasRoundedKernels: true },
      ...{ isStopped: false, isGivenUp: false },
    };
  }
  const train = job.options.data === undefined ? trainOnSynthesised : trainOnData;
  const { fitted, note, hasRoundedKernels, givenUp: unused } = await train(job, plan, rounded);
  const isStopped = (fitted.tuned?.training ?? unused)?.isStopped ?? false;
  const ownNotes = fitted === rounded ? stepNotes : [];
  const isGivenUp = unused !== undefined;
  const facts = { fitted, hasRoundedKernels, isStopped, isGivenUp };
  if (note === null) return { ...facts, notes: ownNotes };
  // The note is of what the file holds, so it stands with the result, not in the midst of the progress.
  if (isGivenUp)
    (job.controls.onProgress ?? silent)({
      kind: 'stage',
      text: 'giving the training up: the weights are only rounded',
    });
  return { ...facts, notes: [note, ...(unused?.notes ?? []), ...ownNotes] };
}

/** Rounds with the steps that suit each kernel; where a training follows, their search takes its share of the time only. */
async function roundedWithin(job: CompressionJob, rounding: PlanByName): Promise<SteppedWeights> {
  const { timeShare = 1, controls } = job;
  const { clock = UNLIMITED } = controls;
  const search = () => refineSteps(evaluationOf(job), postTrainingQuantize(job, rounding));
  return trains(job) ? clock.within(SEARCH_SHARE * timeShare, search) : search();
}

/**
 * Takes the weights of lower loss on samples that did not choose the epoch: the trained ones, as a rule.
 *
 * The trained ones are kept as long as they are not shown to be worse: where no sample tells, too.
 */
function trainOnData(job: CompressionJob, plan: PlanByName, rounded: QuantizedModel): Promise<BetterWeights> {
  const measure = (fitted: QuantizedModel) => lossOf(job, fitted);
  const figures = (after: ComparedLoss | null, before: ComparedLoss | null) => {
    const tie =
      after !== null && after.name !== after.tied?.name && after.value === before?.value ? after.tied : null;
    const told = `on ${after?.on} ${after?.name} is ${textOf(after)}, by rounding ${textOf(before)}`;
    return tie === null
      ? told
      : `${told}, and ${tie.name} ${textOf(tie)}, by rounding ${textOf(before!.tied)}`;
  };
  return keepIfBetter(
    job,
    plan,
    {
      fitted: rounded,
      figure: () => measure(rounded),
      replaces: (trained) => isSmallEnough(job, rounded, trained),
    },
    {
      measure,
      isBetter: isLess,
      textOf: (after, before, left) =>
        `${figures(after, before)}${left === undefined ? '' : `, so ${textOf(left)}`}`,
      noteOnKept: (after) => (after === null ? NOTHING_VARIES : null),
    },
  );
}

const NOTHING_VARIES =
  'the trained weights were kept without a comparison with rounded ones: the outputs are the same for all samples';

function isLess(one: ComparedLoss | null, other: ComparedLoss | null): boolean {
  if (one === null || other === null) return true;
  if (one.value !== other.value) return one.value < other.value;
  return one.tied === null || other.tied === null || one.tied.value < other.tied.value;
}

/** Whether rounding keeps a limit on the file, or takes no more than weights that were trained to be small. */
async function isSmallEnough(
  job: CompressionJob,
  rounded: QuantizedModel,
  trained: QuantizedModel,
): Promise<boolean> {
  const { options, session } = job;
  if (limitsSize(options))
    return (await fileBytes(job, rounded)) <= sizeGoalOf(options, session.liveModel.loaded.bytes).mostBytes;
  return options.entropyPenalty === 0 || (await fileBytes(job, rounded)) <= (await fileBytes(job, trained));
}

/** A figure of which less is better. */
interface Loss {
  readonly name: string;
  readonly unit: '' | 'points' | '% of their energy';
  readonly value: number;
}

/** Figure by which trained weights and rounded ones are compared. */
interface ComparedLoss extends Loss {
  /** Decides where the values are equal: a metric may be at its ceiling. null: no sample tells. */
  readonly tied: Loss | null;
  /** Description of the samples. */
  readonly on: string;
}

/** `12.3 % of their energy`. */
const textOf = (loss: Loss | null): string =>
  loss === null ? 'not measurable' : `${figureText(loss.value)} ${loss.unit}`.trim();

/** Three digits, or all of a large whole number. */
const figureText = (value: number): string => (value < 1000 ? value.toPrecision(3) : value.toFixed(0));

/** Most samples of the training that weights are compared on. */
const MAX_TRAINED_ON = 1000;

/**
 * Points lost by the metric that was chosen, else the task loss; without labels, how far the outputs are from the float model's.
 *
 * Where all held-out samples are alike, as one alone is, those to train on tell. Which samples tell depends on the float model
 * and the labels alone, so that all weights are measured on the same.
 *
 * @returns null where those don't tell either.
 */
async function lossOf(job: CompressionJob, fitted: QuantizedModel): Promise<ComparedLoss | null> {
  const { comparison, training, validation } = job.samples;
  const own = { ...training, order: training.order.slice(0, MAX_TRAINED_ON) };
  const held = { set: comparison, on: `${countText(comparison.order.length, 'sample')} held out` };
  const trained = { set: own, on: `the ${countText(own.order.length, 'sample')} to train on` };
  let dropAlone: ComparedLoss | null = null;
  for (const { set, on } of validation.order === training.order ? [trained] : [held, trained]) {
    const { drop, usual } = await lossesOn(job, fitted, set);
    const chosen = drop === null ? null : { ...drop, tied: usual, on };
    if (usual !== null) return chosen ?? { ...usual, tied: usual, on };
    dropAlone ??= chosen;
  }
  return dropAlone;
}

/** Error of outputs in percent of the energy that the float model's have. */
const outputError = (name: string, noise: number | null): Loss | null =>
  noise === null ? null : { name, unit: '% of their energy', value: 100 * noise };

/** The figures on one set of samples; null where it doesn't tell. */
async function lossesOn(
  job: CompressionJob,
  fitted: QuantizedModel,
  on: SampleSet,
): Promise<{ readonly drop: Loss | null; readonly usual: Loss | null }> {
  const { liveModel } = job.session;
  if (liveModel.kind === 'graph' && liveModel.step === null) {
    const noise = await watchedNoise(job, liveModel, weightsOf(fitted), on);
    return { drop: null, usual: outputError('the error of the values before what is awaited', noise) };
  }
  const { metric, comparable } = await compareToFloat(job, fitted, on);
  const drop = chosenDrop(metric.outputs);
  return {
    drop: drop === null ? null : { name: 'the drop of the metric', unit: 'points', value: drop },
    usual:
      comparable.tellingLoss === null
        ? outputError('the error of the outputs', comparable.noise)
        : { name: 'the loss', unit: '', value: comparable.tellingLoss },
  };
}
