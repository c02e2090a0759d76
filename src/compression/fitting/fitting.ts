import { type NamedTensor, QgtError, silent, UNLIMITED } from '../../core/index.js';
import { expandTensor, packModel } from '../../pack/index.js';
import { aimsAtSize, sizeGoalOf } from '../../plan/goal.js';
import type { MetricReport } from '../../report/index.js';
import { type PackedScore, type SampleSet, scoreAgainst } from '../../session/index.js';
import { packChecked } from '../file/checked-file.js';
import { withOwnSteps } from '../file/own-steps.js';
import { floatWeights, packedModel } from '../file/packing.js';
import { fitGrids, type PlanByName, roundWeights, storeTensors } from '../file/rounding.js';
import { correctBiases } from './correct-biases.js';
import { announceTime, hintBefore } from './effort-time.js';
import { expectedTrainingMs } from './expected-time.js';
import { type CompressionJob, evaluationOf, type OpenJob } from './job.js';
import type { QuantizedModel } from './quantized-model.js';
import { trainedPaths } from './trained-paths.js';
import { tune } from './tuning.js';
import { effortEpochs } from './tuning-options.js';

/**
 * Whether the job trains: not a graph of which no gradient reaches a kernel, or anything but kernels where its samples
 * teach biases alone.
 */
export function trains(job: OpenJob): boolean {
  const { session, options } = job;
  if (options.epochs === 0) return false;
  return session.liveModel.kind === 'layers' || trainedPaths(job, session.liveModel).reached.size > 0;
}

/** Whether a training moves kernels too. */
export const trainsKernels = (job: OpenJob): boolean => trains(job) && job.samples.learning === 'kernels';

/**
 * Puts a model on its grids: by training toward them, by rounding and training what else there is, or by rounding alone.
 *
 * @param start  Weights to begin with; left out: the float model's, which teaches in any case.
 */
export async function quantizeModel(
  job: CompressionJob,
  rounding: PlanByName,
  start?: readonly NamedTensor[],
): Promise<QuantizedModel> {
  const { liveModel } = job.session;
  if (!trains(job)) return postTrainingQuantize(job, rounding);
  if (liveModel.kind === 'graph' && !trainsKernels(job))
    return correctBiases(job, liveModel, postTrainingQuantize(job, rounding));
  // One step for all channels is for rounding: a few epochs don't take a column out of it that it has ruined.
  const plan = withOwnSteps(rounding);
  const grids = fitGrids(start ?? floatWeights(liveModel), plan);
  const begun =
    start === undefined ? liveModel : { ...liveModel, loaded: { ...liveModel.loaded, weights: start } };
  const { weights, grids: trained, ...tuned } = await tune(job, { liveModel: begun, plan, grids });
  // These weights lie on their grid, so that the nearest level is the one that training chose, under an entropy penalty too.
  return { plan, grids, stored: storeTensors(weights, plan, trained), tuned };
}

/**
 * Makes a job report after its first steps how long it will take. What `qgt setup` would save, where the embedded engine
 * stands in for a native one that doesn't work, is said before them, or after them where it was not foreseen.
 */
export async function announced(job: CompressionJob): Promise<CompressionJob> {
  const { options, controls } = job;
  const { onProgress = silent } = controls;
  const isFallback = job.session.engine.fallbackReason !== undefined;
  const hint = isFallback && isWholeTraining(job) ? hintBefore(await expectedTrainingMs(job)) : null;
  if (hint !== null) onProgress({ kind: 'note', text: hint });
  const announcing = announceTime(
    options,
    {
      epochsOf: (effort) => effortEpochs(effort, options, job.samples.training.order.length),
      hints: isFallback && hint === null,
    },
    onProgress,
  );
  return { ...job, controls: { ...controls, onProgress: announcing } };
}

/** Whether a training is ahead, and not the rest of one that was interrupted. */
const isWholeTraining = (job: CompressionJob): boolean =>
  trains(job) && (job.controls.clock ?? UNLIMITED).interruptedMs === 0;

const nothingToMeasure = (source: string) =>
  new QgtError('usage', {
    where: source,
    what: 'the sizes of its outputs change from sample to sample, so that there are no figures to choose widths by',
    remedy: 'give the width: --bits 8, for example',
  });

/** Puts the float model on the grids that are nearest to it. */
export function postTrainingQuantize({ session }: OpenJob, plan: PlanByName): QuantizedModel {
  return roundWeights(floatWeights(session.liveModel), plan);
}

/** Bytes of the file that a fitted model would make. */
export async function fileBytes(
  { session, samples }: CompressionJob,
  { stored }: QuantizedModel,
): Promise<number> {
  return (await packModel(packedModel(session.liveModel, stored, samples))).bytes.length;
}

/** The size that a file is chosen for; undefined where there is none. */
export function sizeAimedAt({ session, options }: OpenJob): number | undefined {
  return aimsAtSize(options) ? sizeGoalOf(options, session.liveModel.loaded.bytes).mostBytes : undefined;
}

/** Bytes of the file that is written of a fitted model: more, where floats as short as that would show in the outputs. */
export async function checkedFileBytes(job: CompressionJob, fitted: QuantizedModel): Promise<number> {
  return (await packChecked(evaluationOf(job), fitted.stored, sizeAimedAt(job))).bytes.length;
}

/** All weights of a fitted model, as they come out of the file. */
export function weightsOf({ stored }: QuantizedModel): NamedTensor[] {
  return stored.map(expandTensor);
}

/**
 * Scores a fitted model beside the float one on samples that are held out.
 *
 * @param on  Left out: all of them.
 * @throws QgtError `usage` where no output can be measured.
 */
export async function validate(
  job: CompressionJob,
  fitted: QuantizedModel,
  on: SampleSet = job.samples.validation,
): Promise<MetricReport> {
  return (await compareToFloat(job, fitted, on)).metric;
}

/** Figures of a fitted model beside the float one. */
export interface FloatComparison {
  readonly metric: MetricReport;
  readonly comparable: PackedScore['comparable'];
}

/**
 * Scores a fitted model as `validate` does, with figures by which it is held against others.
 *
 * @throws QgtError `usage` where no output can be measured.
 */
export async function compareToFloat(
  job: CompressionJob,
  fitted: QuantizedModel,
  on: SampleSet,
): Promise<FloatComparison> {
  const { samples, session } = job;
  const held = { ...samples, evaluation: on };
  const packed = { ...session.liveModel.loaded, weights: weightsOf(fitted) };
  const { metric, comparable } = await scoreAgainst({ ...evaluationOf(job), samples: held }, packed);
  if (metric === null) throw nothingToMeasure(session.liveModel.loaded.source);
  return { metric, comparable };
}
