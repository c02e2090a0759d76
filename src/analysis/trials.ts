import { setImmediate } from 'node:timers/promises';
import { createRandom, silent, throwIfAborted } from '../core/index.js';
import { tf } from '../engine/index.js';
import {
  type Batch,
  inputTensors,
  MetricAccumulator,
  type OutputHead,
  OutputSizes,
  readMasks,
  takeOutputs,
  targetArrays,
} from '../metrics/index.js';
import { type Evaluation, iterateBatches, resolvedInputs, valuesInSample } from '../session/index.js';
import { type Replacement, replacedModel } from './replacements.js';

/** A model with weights replaced, and variants of it with further ones replaced. */
export interface Trial {
  readonly base: Replacement;
  readonly variants: readonly Replacement[];
}

/** Accumulated figures for each model of a trial. */
export interface ScoredTrial {
  readonly base: MetricAccumulator;
  readonly variants: readonly MetricAccumulator[];
}

/** Most values in a batch: all outputs of the layers stay in memory for it. */
const BATCH_VALUES = 2 ** 19;
const BATCH = { least: 4, most: 64 };

/**
 * Scores every model of every trial on the same samples, against their labels and the float model's predictions.
 *
 * @param what  Name of the measurement, for the progress.
 */
export async function runTrials(
  evaluation: Evaluation,
  trials: readonly Trial[],
  what: string,
): Promise<ScoredTrial[]> {
  const { liveModel, samples, onProgress = silent, signal } = evaluation;
  const { length } = samples.evaluation.order;
  const count = Math.min(evaluation.limit ?? length, length);
  const total = Math.ceil(count / trialBatchSize(evaluation)) * modelsIn(trials);
  let done = 0;
  let scored: readonly ScoredTrial[] = [];
  const model = replacedModel(liveModel);
  for await (const { batch, inputs } of trialBatches(evaluation)) {
    const { heads } = samples;
    if (done === 0) {
      const sizes = new OutputSizes(heads);
      scored = trials.map((trial) => emptyAccumulators(trial, heads, sizes));
    }
    const float = await takeOutputs(await liveModel.predict(inputs));
    const facts = {
      size: batch.size,
      targets: batch.labels === undefined ? undefined : targetArrays(batch.labels, heads),
      masks: liveModel.masks && (await readMasks(liveModel.masks(inputs))),
    };
    const score = async (tally: MetricAccumulator, outputs: tf.Tensor[]) => {
      throwIfAborted(signal);
      tally.add(await takeOutputs(outputs), float, facts);
      onProgress({ kind: 'measuring', what, done: done++, total });
      await setImmediate();
    };
    try {
      for (const [index, { base, variants }] of trials.entries()) {
        await score(scored[index]!.base, await model.start(inputs, base));
        for (const [at, variant] of variants.entries())
          await score(scored[index]!.variants[at]!, await model.run(variant));
        model.finish();
      }
    } finally {
      model.finish();
      tf.dispose(inputs);
    }
  }
  return [...scored];
}

/** Time of a variant as a share of its base's: it shares what lies before its replacement, about half of all. */
const VARIANT_SHARE = 0.55;

/** Passes through the whole model that trials come to, with as many models as these have. */
export const passesOf = (bases: number, variants: number): number => 2 * bases + VARIANT_SHARE * variants;

/** Estimates the time of a pass through the whole model from one batch, in milliseconds per sample. */
export async function timePass(evaluation: Evaluation): Promise<number> {
  const { liveModel } = evaluation;
  const model = replacedModel(liveModel);
  const oneBatch = { ...evaluation, limit: trialBatchSize(evaluation) };
  for await (const { batch, inputs } of trialBatches(oneBatch)) {
    const run = async () => {
      await takeOutputs(await model.start(inputs, new Map()));
      model.finish();
    };
    await run();
    const startedAt = performance.now();
    await run();
    tf.dispose(inputs);
    return (performance.now() - startedAt) / batch.size;
  }
  return 0;
}

const modelsIn = (trials: readonly Trial[]): number =>
  trials.reduce((sum, { variants }) => sum + 1 + variants.length, 0);

function trialBatchSize({ liveModel, samples }: Evaluation): number {
  const values = valuesInSample(liveModel, samples.evaluation);
  return Math.min(BATCH.most, Math.max(BATCH.least, Math.floor(BATCH_VALUES / values)));
}

async function* trialBatches(
  evaluation: Evaluation,
): AsyncGenerator<{ readonly batch: Batch; readonly inputs: tf.Tensor[] }> {
  const { liveModel, samples, limit, seed } = evaluation;
  const inputs = resolvedInputs(liveModel, samples.evaluation);
  const pass = iterateBatches(samples.evaluation, samples.ranges, trialBatchSize(evaluation), {
    shuffle: createRandom(seed),
    limit,
  });
  for await (const batch of pass) yield { batch, inputs: inputTensors(batch, { inputs }) };
}

const emptyAccumulators = (
  { variants }: Trial,
  heads: readonly OutputHead[],
  sizes: OutputSizes,
): ScoredTrial => ({
  base: new MetricAccumulator(heads, sizes),
  variants: variants.map(() => new MetricAccumulator(heads, sizes)),
});
