import { createRandom } from '../../core/index.js';
import { measure } from '../../metrics/index.js';
import type { LoadedModel } from '../../model/index.js';
import type { MetricReport } from '../../report/index.js';
import type { Evaluation } from '../evaluation.js';
import { openModel } from '../live-model.js';
import { prepareForward } from './forward.js';
import { metricReport } from './metric-report.js';
import { iterateBatches, resolvedInputs } from './samples.js';

/** Samples at a time where nothing is trained. */
export const SCORE_BATCH = 128;

/** Scores a packed model beside the float one on the samples to measure on. */
export async function scoreAgainst(
  { engine, liveModel, samples, seed, limit = Number.POSITIVE_INFINITY, signal }: Evaluation,
  packed: LoadedModel,
): Promise<MetricReport> {
  const { evaluation, ranges, heads } = samples;
  const pass = iterateBatches(evaluation, ranges, SCORE_BATCH, {
    shuffle: createRandom(seed),
    limit,
    signal,
  });
  const inputs = resolvedInputs(liveModel, evaluation);
  const batches = Math.ceil(Math.min(limit, evaluation.order.length) / SCORE_BATCH);
  const after = await openModel(packed);
  const forwards = [liveModel, after].map(({ predict }) => prepareForward(engine, predict, batches));
  const models = forwards.map(({ predict }) => predict);
  const measured = await measure({ models, inputs, heads, masks: liveModel.masks }, pass).finally(() => {
    for (const forward of forwards) forward.dispose();
    after.dispose();
  });
  return metricReport(measured, samples);
}
