import { createRandom } from '../../core/index.js';
import { collectGarbage, isLarge } from '../../engine/index.js';
import { type ModelMeasurement, measure } from '../../metrics/index.js';
import type { LoadedModel } from '../../model/index.js';
import type { MetricReport } from '../../report/index.js';
import type { Evaluation } from '../evaluation.js';
import { openModel } from '../live-model.js';
import { countOf, prepareForward } from './forward.js';
import { measuredAtOnce } from './in-memory.js';
import { metricReport, notesOnUnmeasured } from './metric-report.js';
import { iterateBatches, resolvedInputs } from './samples.js';

/** Words for the models that are held against each other. */
const NAMES = ['float model', 'packed model'];
/** Samples that tell whether a model gives numbers at all. */
const FIRST_SAMPLES = 16;

/** Samples at a time where nothing is trained. */
export const SCORE_BATCH = 128;
/** The same of large models. */
const LARGE_SCORE_BATCH = 16;

/** Figures of a packed model beside the float one. */
export interface PackedScore {
  /** null where no output can be measured. */
  readonly metric: MetricReport | null;
  /** Which outputs have no figures, and why. */
  readonly notes: readonly string[];
  /** Figures by which packed models are told apart on the same samples; null where these don't tell. */
  readonly comparable: Pick<ModelMeasurement, 'noise' | 'tellingLoss'>;
}

/** The sizes that a model is run on, for another that it is held against. */
const dividedAs = ({ inputDivision }: LoadedModel): Pick<LoadedModel, 'inputDivision'> =>
  inputDivision === undefined ? {} : { inputDivision };

/** Scores a packed model beside the float one on the samples to measure on. */
export async function scoreAgainst(
  { engine, liveModel, samples, seed, limit = Number.POSITIVE_INFINITY, signal }: Evaluation,
  packed: LoadedModel,
): Promise<PackedScore> {
  const { evaluation, ranges, heads } = samples;
  const weights = countOf(liveModel.weights);
  const most = isLarge(weights) ? LARGE_SCORE_BATCH : SCORE_BATCH;
  const batchSize = measuredAtOnce(liveModel, evaluation, most);
  const pass = iterateBatches(evaluation, ranges, batchSize, {
    shuffle: createRandom(seed),
    limit,
    signal,
  });
  const inputs = resolvedInputs(liveModel, evaluation);
  const batches = Math.ceil(Math.min(limit, evaluation.order.length) / batchSize);
  collectGarbage(weights);
  const after = await openModel({ ...packed, ...dividedAs(liveModel.loaded) });
  collectGarbage(weights);
  const forwards = [liveModel, after].map((each) => prepareForward(engine, each, batches));
  const models = forwards.map(({ predict }) => predict);
  const measured = await measure(
    { models, names: NAMES, inputs, heads, masks: liveModel.masks },
    pass,
  ).finally(() => {
    for (const forward of forwards) forward.dispose();
    after.dispose();
  });
  return {
    metric: metricReport(measured, samples),
    notes: notesOnUnmeasured(measured),
    comparable: measured.models[1]!,
  };
}

/**
 * Runs the float model on a few samples, before much work is done with it.
 *
 * @throws QgtError `non-finite` where its outputs are not numbers.
 */
export async function checkFloatModel({ liveModel, samples, signal }: Evaluation): Promise<void> {
  const { evaluation, ranges, heads } = samples;
  const { predict, masks } = liveModel;
  const batchSize = measuredAtOnce(liveModel, evaluation, FIRST_SAMPLES);
  const pass = iterateBatches(evaluation, ranges, batchSize, { limit: FIRST_SAMPLES, signal });
  const inputs = resolvedInputs(liveModel, evaluation);
  await measure({ models: [predict], names: NAMES, inputs, heads, masks }, pass);
}
