import { silent, UNLIMITED } from '../../core/index.js';
import { chosenDrop } from '../../metrics/index.js';
import { limitsSize, sizeGoalOf } from '../../plan/goal.js';
import { refineSteps, type SteppedWeights } from '../file/refine-steps.js';
import type { PlanByName } from '../file/rounding.js';
import { type BetterWeights, errorShare } from './better-weights.js';
import { fileBytes, postTrainingQuantize, trains, validate, weightsOf } from './fitting.js';
import { type CompressionJob, evaluationOf } from './job.js';
import { keepIfBetter } from './keep-if-better.js';
import type { QuantizedModel } from './quantized-model.js';
import { trainOnSynthesised } from './train-on-synthesised.js';
import { watchedSqnrDb } from './watched.js';

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

/** Takes the weights of lower loss on samples that did not choose the epoch: the trained ones, as a rule. */
function trainOnData(job: CompressionJob, plan: PlanByName, rounded: QuantizedModel): Promise<BetterWeights> {
  const measure = (fitted: QuantizedModel) => lossOf(job, fitted);
  const figures = (after: ComparedLoss, before: ComparedLoss) =>
    `on ${job.samples.comparison.order.length} samples held out ${after.name} is ${textOf(after)}, ` +
    `by rounding ${textOf(before)}`;
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
      noteOnKept: () => null,
    },
  );
}

const isLess = (one: ComparedLoss, other: ComparedLoss): boolean =>
  one.value < other.value || (one.value === other.value && one.tied < other.tied);

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

/** Figure by which trained weights and rounded ones are compared. */
interface ComparedLoss {
  readonly name: string;
  readonly unit: '' | 'points' | '% of their energy';
  readonly value: number;
  /** Decides where the values are equal: a metric may be at its ceiling. */
  readonly tied: number;
}

/** `12.3 % of their energy`. */
const textOf = ({ value, unit }: ComparedLoss): string => `${value.toPrecision(3)} ${unit}`.trim();

/** Error of outputs in percent of the energy that the float model's have. */
const outputError = (name: string, sqnrDb: number | null): ComparedLoss => ({
  name,
  unit: '% of their energy',
  value: 100 * errorShare(sqnrDb),
  tied: 0,
});

/** Points lost by the metric that was chosen, else the task loss; without labels, how far the outputs are from the float model's. */
async function lossOf(job: CompressionJob, fitted: QuantizedModel): Promise<ComparedLoss> {
  const { liveModel } = job.session;
  if (liveModel.kind === 'graph' && liveModel.step === null) {
    const sqnrDb = await watchedSqnrDb(job, liveModel, weightsOf(fitted), job.samples.comparison);
    return outputError('the error of the values before what is awaited', sqnrDb);
  }
  const { loss, outputSqnrDb, outputs } = await validate(job, fitted, job.samples.comparison);
  const usual =
    loss === null
      ? outputError('the error of the outputs', outputSqnrDb)
      : { name: 'the loss', unit: '' as const, value: loss.after, tied: 0 };
  const drop = chosenDrop(outputs);
  if (drop === null) return usual;
  return { name: 'the drop of the metric', unit: 'points', value: drop, tied: usual.value };
}
