import { createRandom } from '../../core/index.js';
import type { Engine } from '../../engine/index.js';
import { measure } from '../../metrics/index.js';
import type { MetricReport } from '../../report/index.js';
import { readingsOf, type Subject } from '../subject.js';
import { prepareForward } from './forward.js';
import { concreteInputs, passOver, type Samples } from './samples.js';

/** Samples at a time where nothing is trained. */
export const SCORE_BATCH = 128;

/** Scores the float model and the packed one side by side on the held-out samples. */
export async function scoreAgainst(
  engine: Engine,
  before: Subject,
  after: Subject,
  samples: Samples,
  limit: number,
  seed: number,
  signal?: AbortSignal,
): Promise<MetricReport> {
  const pass = passOver(samples.evaluation, samples.range, SCORE_BATCH, {
    shuffle: createRandom(seed),
    limit,
  });
  const inputs = concreteInputs(before, samples.evaluation);
  const batches = Math.ceil(Math.min(limit, samples.evaluation.order.length) / SCORE_BATCH);
  const forwards = [before, after].map(({ predict }) => prepareForward(engine, predict, batches));
  const predicts = forwards.map(({ predict }) => predict);
  const measured = await measure(predicts, pass, inputs, readingsOf(before), signal).finally(() => {
    for (const forward of forwards) forward.dispose();
  });
  const [float, packed] = measured.models;
  const labelled = float!.value !== null;
  const values = labelled ? [float!.value!, packed!.value!] : [1, packed!.agreement];
  const name = labelled ? measured.name : 'agreement';
  return {
    name,
    before: values[0]!,
    after: values[1]!,
    drop: (values[0]! - values[1]!) * (name === 'r2' ? 1 : 100),
    samples: measured.samples,
    on: samples.evaluatedOn,
    outputSqnrDb: packed!.sqnrDb,
    loss: float!.loss === null || packed!.loss === null ? null : { before: float!.loss, after: packed!.loss },
  };
}
