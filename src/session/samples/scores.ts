import { createRandom } from '../../core/index.js';
import { type Measurement, measure } from '../../metrics/index.js';
import type { LoadedModel } from '../../model/index.js';
import { dropPoints, type MetricReport } from '../../report/index.js';
import type { Evaluation } from '../evaluation.js';
import { openModel, readingsOf } from '../live-model.js';
import { prepareForward } from './forward.js';
import { iterateBatches, resolvedInputs } from './samples.js';

/** Samples at a time where nothing is trained. */
export const SCORE_BATCH = 128;

/** Scores a packed model beside the float one on the samples to measure on. */
export async function scoreAgainst(
  { engine, liveModel, samples, seed, limit = Number.POSITIVE_INFINITY, signal }: Evaluation,
  packed: LoadedModel,
): Promise<MetricReport> {
  const { evaluation, range } = samples;
  const pass = iterateBatches(evaluation, range, SCORE_BATCH, { shuffle: createRandom(seed), limit, signal });
  const inputs = resolvedInputs(liveModel, evaluation);
  const batches = Math.ceil(Math.min(limit, evaluation.order.length) / SCORE_BATCH);
  const after = await openModel(packed);
  const forwards = [liveModel, after].map(({ predict }) => prepareForward(engine, predict, batches));
  const predicts = forwards.map(({ predict }) => predict);
  const measured = await measure(predicts, pass, inputs, readingsOf(liveModel)).finally(() => {
    for (const forward of forwards) forward.dispose();
    after.dispose();
  });
  return metricOf(measured, samples.evaluatedOn);
}

/** The float model's figures beside the packed one's; without labels, the agreement of the two. */
function metricOf({ name, samples, models: [float, packed] }: Measurement, on: string): MetricReport {
  const labelled = float!.value !== null;
  const [before, after] = labelled ? [float!.value!, packed!.value!] : [1, packed!.agreement];
  const metric = labelled ? name : 'agreement';
  return {
    name: metric,
    before,
    after,
    drop: dropPoints(before, after),
    samples,
    on,
    outputSqnrDb: packed!.sqnrDb,
    loss: float!.loss === null || packed!.loss === null ? null : { before: float!.loss, after: packed!.loss },
  };
}
