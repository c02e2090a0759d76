import { countText, QgtError, type RunControls, silent } from '../core/index.js';
import { dataName, OTHER_INPUTS, type RangeRules, rulesInText } from '../data/index.js';
import {
  decibelsOf,
  type ModelMeasurement,
  marginOf,
  measure,
  metricValue,
  type OutputMeasurement,
} from '../metrics/index.js';
import { matchNames } from '../model/index.js';
import type { PackedModel, Preprocessing } from '../pack/index.js';
import { dropPoints } from '../report/index.js';
import {
  iterateBatches,
  type LiveModel,
  measuredAtOnce,
  namedRanges,
  nameOf,
  notesOnUnmeasured,
  openModel,
  openSamples,
  openSession,
  prepareForward,
  type ReadModel,
  readAny,
  resolvedInputs,
  type SampleSet,
  SCORE_BATCH,
} from '../session/index.js';
import { checkComparable } from './comparable-models.js';
import type { EvaluateOptions } from './options/commands.js';
import { rangeRules } from './options/range-rules.js';
import { parseOptions } from './parse-options.js';
import type { EvaluateResult, OutputAgreement, OutputDrop, OutputMetric } from './results.js';

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
  const { data, against, ...parsed } = parseOptions('eval', options);
  if (data === undefined) throw noData();
  const session = await openSession(parsed, onProgress);
  const other = against === undefined ? undefined : await readAny(against, parsed.maxUnpackedBytes);
  const liveModels = await openBoth(session.liveModel, other);
  // A packed model is held against the float one, whichever is named first.
  const isSwapped = session.packed !== undefined && other !== undefined && other.packed === undefined;
  const inOrder = <Item>(items: readonly Item[]): Item[] => (isSwapped ? items.toReversed() : [...items]);
  const measured = inOrder(liveModels);
  // The one that the other is held against tells the ranges of inputs, and whether the labels are right.
  const samples = await openSamples(
    { ...session, liveModel: measured[0]! },
    {
      ...withPreprocessing(parsed, [other?.packed, session.packed], session.liveModel),
      data,
      purpose: 'measure',
      needsLabels: against === undefined,
      seed: 0,
      synthesis: { worth: 'noise' },
      onProgress,
      signal,
    },
  );
  const batchSize = parsed.batchSize ?? atOnce(measured, samples.evaluation);
  const count = samples.evaluation.order.length;
  const batches = Math.ceil(count / batchSize);
  const forwards = measured.map((each) => prepareForward(session.engine, each, batches));
  try {
    const pass = iterateBatches(samples.evaluation, samples.ranges, batchSize, { signal });
    onProgress({ kind: 'stage', text: `measuring on ${countText(count, 'sample')}` });
    const { models, errors, unmeasured } = await measure(
      {
        models: forwards.map(({ predict }) => predict),
        names: measured.map(({ loaded }) => `model ${loaded.source}`),
        inputs: resolvedInputs(session.liveModel, samples.evaluation),
        heads: samples.heads,
        masks: session.liveModel.masks,
      },
      pass,
    );
    if (models.length === 1 && models[0]!.loss === null) throw nothingToMeasure(session.liveModel);
    const given = inOrder(models);
    return {
      data: dataName(data),
      samples: count,
      skippedFiles: samples.skippedFiles,
      inputRanges: namedRanges(session.liveModel, samples.ranges),
      models: liveModels.map(({ loaded }, index) => ({
        source: loaded.source,
        bytes: loaded.bytes,
        metrics: labelledMetrics(given[index]!),
      })),
      ...comparisonOf(models, errors),
      reference: other === undefined ? null : measured[0]!.loaded.source,
      notes: [
        ...notesOnUnmeasured({ unmeasured }),
        ...notesOnReference(measured[0]!, session, other),
        ...samples.notes,
        ...liveModels.flatMap(({ loaded }) => loaded.notes),
      ],
    };
  } finally {
    await samples.close();
    for (const forward of forwards) forward.dispose();
    for (const liveModel of liveModels) liveModel.dispose();
  }
}

/**
 * The model, and the one that it is held against, where there is one.
 *
 * @throws QgtError `usage` where they don't take the same samples.
 */
async function openBoth(model: LiveModel, other: ReadModel | undefined): Promise<LiveModel[]> {
  if (other === undefined) return [model];
  const live = await openModel(await matchNames(other.loaded));
  checkComparable(model, live);
  return [model, live];
}

/** Samples that each of some models may measure at a time. */
const atOnce = (liveModels: readonly LiveModel[], set: SampleSet): number =>
  Math.min(...liveModels.map((each) => measuredAtOnce(each, set, SCORE_BATCH)));

/** The metric of each output; none without labels. */
const labelledMetrics = ({ loss, outputs }: ModelMeasurement): OutputMetric[] =>
  loss === null ? [] : outputs.map((each) => metricOf(each, nameOf(each), metricValue(each)));

const agreementOf = (each: OutputMeasurement): OutputAgreement => ({
  ...metricOf(each, each.decides ? 'agreement' : 'r2', each.agreement),
  sqnrDb: decibelsOf(each.noise),
});

/**
 * Compares the second model with the first, if there is one.
 *
 * @param errors  Standard errors of the differences, by output.
 */
function comparisonOf(
  [reference, other]: readonly ModelMeasurement[],
  errors: readonly (number | null)[],
): Pick<EvaluateResult, 'agreement' | 'drop'> {
  if (reference === undefined || other === undefined) return { agreement: null, drop: null };
  const dropOf = (each: OutputMeasurement, index: number): OutputDrop => ({
    output: each.name,
    name: nameOf(each),
    points: dropPoints(metricValue(reference.outputs[index]!), metricValue(each), each.scale),
    margin: marginOf(errors[index]!),
  });
  return {
    agreement: other.outputs.map(agreementOf),
    drop: reference.loss === null ? null : other.outputs.map(dropOf),
  };
}

const metricOf = ({ name: output }: OutputMeasurement, name: OutputMetric['name'], value: number) => ({
  output,
  name,
  value,
});

/** Fills in the input ranges and classes stored in the `.qgt`s, the last one's first, unless the user gives others. */
function withPreprocessing<Options extends { inputRange: RangeRules; classes?: string[] | undefined }>(
  options: Options,
  packed: readonly (PackedModel | undefined)[],
  { inputs }: LiveModel,
): Options {
  const { inputRange, classes }: Preprocessing = Object.assign(
    {},
    ...packed.map((each) => each?.preprocessing),
  );
  const stored = inputRange === undefined ? {} : storedRules(inputRange, inputs);
  return {
    ...options,
    inputRange:
      OTHER_INPUTS in options.inputRange ? options.inputRange : { ...stored, ...options.inputRange },
    classes: options.classes ?? (classes === undefined ? undefined : [...classes]),
  };
}

/** The ranges stored in a `.qgt`, of the inputs that the model has: the file may be that of the other model. */
function storedRules(text: string, inputs: LiveModel['inputs']): RangeRules {
  const rules = rangeRules.safeParse(rulesInText(text)).data ?? { [OTHER_INPUTS]: text };
  const known = [OTHER_INPUTS, ...inputs.map(({ name }) => name)];
  return Object.fromEntries(Object.entries(rules).filter(([name]) => known.includes(name)));
}

const notesOnReference = (
  { loaded }: LiveModel,
  session: Pick<ReadModel, 'packed'>,
  other: ReadModel | undefined,
): string[] =>
  session.packed === undefined || other?.packed === undefined
    ? []
    : [
        `both models are packed, and ${loaded.source}, which was named first, is the reference: what it lost itself is not in the agreement`,
      ];

const noData = () =>
  new QgtError('usage', {
    where: 'eval',
    what: 'no data to measure on',
    remedy: 'name some with --data',
  });

const nothingToMeasure = ({ loaded }: LiveModel) =>
  new QgtError('usage', {
    where: loaded.source,
    what: 'no output can be measured, since the sizes of all of them change from sample to sample',
    remedy: 'measure it with a program of your own, on what `qgt export --to tfjs` writes',
  });
