import { type NamedTensor, silent } from '../../core/index.js';
import { expandTensor, type StoredTensor } from '../../pack/index.js';
import type { FittedGrid } from '../../quantize/index.js';
import type { MetricReport } from '../../report/index.js';
import { createSubject, scoreAgainst } from '../../session/index.js';
import { floatWeights } from '../file/packing.js';
import { fitGrids, type PlanByName, storeTensors } from '../file/rounding.js';
import { announceTime } from './effort-time.js';
import type { FittingJob } from './job.js';
import { type Tuned, tune } from './tuning.js';

/** A model on its grids. */
export interface FittedModel {
  readonly plan: PlanByName;
  /** Those that it was begun with: they know what made them. */
  readonly grids: ReadonlyMap<string, FittedGrid>;
  /** In the order of the model's weights. */
  readonly stored: readonly StoredTensor[];
  /** Absent where the weights were rounded without training. */
  readonly tuned?: Tuned;
}

/** A GraphModel has no layers to train. */
export function trains({ session, options }: FittingJob): boolean {
  return session.subject.kind === 'layers' && options.epochs > 0;
}

/**
 * Puts a model on its grids: by training toward them, or by rounding where nothing is trained.
 *
 * @param start  Weights to begin with, the float model's unless given; it teaches all the same.
 */
export async function fitModel(
  job: FittingJob,
  plan: PlanByName,
  start?: readonly NamedTensor[],
): Promise<FittedModel> {
  const { subject } = job.session;
  if (subject.kind === 'graph' || !trains(job)) return roundModel(job, plan);
  const grids = fitGrids(start ?? floatWeights(subject), plan, job.options.quantizer);
  const begun = start === undefined ? subject : { ...subject, loaded: { ...subject.loaded, weights: start } };
  const tuned = await tune(job, { subject: begun, plan, grids });
  return { plan, grids, stored: storeTensors(tuned.weights, plan, tuned.grids), tuned };
}

/** The same job, which says after its first steps how long it will take. */
export function announced(job: FittingJob): FittingJob {
  const { options, controls } = job;
  const { onProgress = silent } = controls;
  const announcing = announceTime(options, options.data !== undefined, onProgress);
  return { ...job, controls: { ...controls, onProgress: announcing } };
}

/** Puts the float model on the grids that are nearest to it. */
export function roundModel({ session, options }: FittingJob, plan: PlanByName): FittedModel {
  const weights = floatWeights(session.subject);
  const grids = fitGrids(weights, plan, options.quantizer);
  return { plan, grids, stored: storeTensors(weights, plan, grids) };
}

/** All weights of a fitted model, as they come out of the file. */
export function weightsOf({ stored }: FittedModel): NamedTensor[] {
  return stored.map(expandTensor);
}

/** Scores a fitted model beside the float one on what is held out for choices. */
export async function validate(
  { session: { subject, engine }, samples, options, controls }: FittingJob,
  fitted: FittedModel,
): Promise<MetricReport> {
  const after = await createSubject({ ...subject.loaded, weights: weightsOf(fitted) });
  try {
    const held = { ...samples, evaluation: samples.validation };
    return await scoreAgainst(
      engine,
      subject,
      after,
      held,
      Number.POSITIVE_INFINITY,
      options.seed,
      controls.signal,
    );
  } finally {
    after.dispose();
  }
}
