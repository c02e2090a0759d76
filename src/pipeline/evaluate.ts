import { QgtError, type RunControls, silent } from '../core/index.js';
import { decibelsOf, measure, metricValue, type OutputMeasurement } from '../metrics/index.js';
import type { Preprocessing } from '../pack/index.js';
import {
  iterateBatches,
  nameOf,
  openModel,
  openSamples,
  openSession,
  prepareForward,
  readAny,
  resolvedInputs,
  SCORE_BATCH,
} from '../session/index.js';
import type { EvaluateOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { EvaluateResult, OutputMetric } from './results.js';

/**
 * Measures a model, or two side by side, on data.
 *
 * @throws QgtError `usage` without data, or without labels and a second model.
 */
export async function evaluate(
  options: EvaluateOptions,
  controls: RunControls = {},
): Promise<EvaluateResult> {
  const { onProgress = silent, signal } = controls;
  const { data, against, batchSize = SCORE_BATCH, ...parsed } = parseOptions('eval', options);
  if (data === undefined) {
    throw new QgtError('usage', {
      where: 'eval',
      what: 'no data to measure on',
      remedy: 'name some with --data',
    });
  }
  const session = await openSession(parsed, onProgress);
  const other = against === undefined ? undefined : await readAny(against);
  const preprocessing = { ...other?.packed?.preprocessing, ...session.packed?.preprocessing };
  const samples = await openSamples(session, {
    ...withPreprocessing(parsed, preprocessing),
    data,
    purpose: 'measure',
    seed: 0,
    synthesis: { worth: 'noise' },
    onProgress,
    signal,
  });
  const liveModels = [session.liveModel, ...(other === undefined ? [] : [await openModel(other.loaded)])];
  const batches = Math.ceil(samples.evaluation.order.length / batchSize);
  const forwards = liveModels.map(({ predict }) => prepareForward(session.engine, predict, batches));
  try {
    const inputs = resolvedInputs(session.liveModel, samples.evaluation);
    const pass = iterateBatches(samples.evaluation, samples.range, batchSize, { signal });
    onProgress({ kind: 'stage', text: `measuring on ${samples.evaluation.order.length} samples` });
    const { models } = await measure(
      {
        models: forwards.map(({ predict }) => predict),
        inputs,
        heads: samples.heads,
        masks: session.liveModel.masks,
      },
      pass,
    );
    if (models.length === 1 && models[0]!.loss === null) throw nothingToMeasure(data);
    return {
      data,
      samples: samples.evaluation.order.length,
      skippedFiles: samples.skippedFiles,
      inputRange: samples.range.name,
      models: liveModels.map(({ loaded }, index) => ({
        source: loaded.source,
        bytes: loaded.bytes,
        metrics: models[index]!.outputs.map((each) => metricOf(each, nameOf(each), metricValue(each))),
      })),
      agreement:
        models[1]?.outputs.map((each) => ({
          ...metricOf(each, each.metric === 'r2' ? 'r2' : 'agreement', each.agreement),
          sqnrDb: decibelsOf(each.noise),
        })) ?? null,
      notes: [...samples.notes, ...liveModels.flatMap(({ loaded }) => loaded.notes)],
    };
  } finally {
    await samples.close();
    for (const forward of forwards) forward.dispose();
    for (const liveModel of liveModels) liveModel.dispose();
  }
}

const metricOf = ({ name: output }: OutputMeasurement, name: OutputMetric['name'], value: number) => ({
  output,
  name,
  value,
});

/** Fills in the input range and classes stored in a `.qgt`, unless the user gives others. */
function withPreprocessing<
  Options extends { inputRange?: string | undefined; classes?: string[] | undefined },
>(options: Options, { inputRange, classes }: Preprocessing): Options {
  return {
    ...options,
    inputRange: options.inputRange ?? inputRange,
    classes: options.classes ?? (classes === undefined ? undefined : [...classes]),
  };
}

const nothingToMeasure = (data: string) =>
  new QgtError('usage', {
    where: data,
    what: 'there are no labels to measure a single model by',
    remedy: 'name a second model with --against, or use labelled data',
  });
