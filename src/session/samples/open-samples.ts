import { QgtError } from '../../core/index.js';
import { type Dataset, dataName } from '../../data/index.js';
import { chooseLabelling } from './choose-labelling.js';
import { rulesByName, withMetrics } from './chosen-metrics.js';
import { createDatasetOpener, type DatasetOpener } from './dataset-opener.js';
import { checkRangeNames } from './given-ranges.js';
import { halveHeldOut } from './halve-held-out.js';
import { labelColumnsText } from './labelling-notes.js';
import { classNamesOf, openLabellings } from './labellings.js';
import { findModelClasses, notesOnModelClasses } from './model-classes.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { synthesizeSamples } from './synthetic-samples.js';

const HELD_OUT_SHARE = 0.1;
/** Most samples held out where they neither decide a drop nor give the reported figures. */
const MAX_HELD_OUT_BESIDE_EVAL = 1000;

/**
 * Opens the data, settles its labels, heads and input ranges, and holds a part out; without data, inputs are synthesised.
 *
 * @throws QgtError `usage` for data without labels where these are needed.
 */
export async function openSamples(model: SampleSource, options: SampleOptions): Promise<Samples> {
  checkRangeNames(model.liveModel, options.inputRange ?? {});
  if (options.data === undefined) return synthesizeSamples(model, options);
  const { liveModel } = model;
  const { data, classes, onProgress, signal } = options;
  const source = dataName(data);
  onProgress({ kind: 'stage', text: `reading ${source}` });
  const modelClasses = classes === undefined ? await findModelClasses(liveModel) : undefined;
  const { inputs, outputs } = liveModel;
  const opener = createDatasetOpener({
    inputs,
    outputs,
    modelClasses: modelClasses?.names,
    maxPixels: options.maxPixels,
    onProgress,
    signal,
  });
  try {
    const columns =
      options.labelColumn === undefined ? await opener.labelColumns(data) : [options.labelColumn];
    const labellings = await openLabellings(columns, (labelColumn) =>
      opener.open(data, { classes, labelColumn }),
    );
    if (options.needsLabels && labellings[0]!.dataset.labels.kind === 'none') throw noLabels(source);
    const share = heldOutShare(labellings[0]!.dataset, options);
    const prepared = await chooseLabelling(liveModel, labellings, share, options);
    const { dataset, split, ranges, notes } = prepared;
    const heads = await withMetrics(prepared.heads, dataset, rulesByName(outputs, options.metric));
    await opener.close([dataset]);
    const names = classes ?? classNamesOf(dataset);
    const second = await openSecond(opener, dataset, { ...options, classes: names });
    const isHeldOut = split.heldOut.length > 0;
    // A single sample can't be held out: it is measured on all the same.
    const validation = { dataset, order: isHeldOut ? split.heldOut : split.train };
    const heldOut =
      options.purpose === 'train' && isHeldOut ? `a seeded tenth of ${source}, held out` : source;
    const skipped = [...dataset.skipped, ...(second?.skipped ?? [])];
    const samples = {
      source,
      training: { dataset, order: split.train },
      learning: 'kernels' as const,
      validation,
      evaluation: second === undefined ? validation : { dataset: second, order: everySample(second) },
      evaluatedOn: options.eval === undefined ? heldOut : dataName(options.eval),
      ...{ ranges, knownRanges: ranges, heads },
      classes: names ?? null,
      skippedFiles: skipped.length,
      labelWarning: prepared.labelWarning,
      notes: [
        ...notesOnModelClasses(modelClasses, dataset, onProgress),
        ...notes,
        ...notesOnHeldOut(isHeldOut, second),
        ...notesOnSecond(second, dataset),
        ...skipped.slice(0, 5).map(({ file, reason }) => `skipped ${file}: ${reason}`),
      ],
      close: () => opener.close(),
    };
    if (options.purpose !== 'train') return { ...samples, epochChoice: validation, comparison: validation };
    return isHeldOut
      ? await halveHeldOut(samples, options.seed)
      : { ...samples, epochChoice: null, comparison: validation };
  } catch (thrown) {
    await opener.close();
    throw thrown;
  }
}

const noLabels = (source: string): QgtError =>
  new QgtError('usage', {
    where: source,
    what: 'there are no labels to measure a single model by',
    remedy: 'name a second model with --against, or use labelled data',
  });

/** The data to measure on, its label in a column of the same name where both are tables. */
async function openSecond(
  opener: DatasetOpener,
  { labelColumns = [] }: Dataset,
  { eval: path, classes, labelColumn }: SampleOptions,
): Promise<Dataset | undefined> {
  if (path === undefined) return undefined;
  const isTable = labelColumns.length === 1 && (await opener.labelColumns(path)).length > 0;
  return opener.open(path, { classes, labelColumn: labelColumn ?? (isTable ? labelColumns[0] : undefined) });
}

function notesOnHeldOut(isHeldOut: boolean, second: Dataset | undefined): string[] {
  const what = second === undefined ? 'figures' : 'choices';
  return isHeldOut ? [] : [`too few samples to hold any out: the ${what} are by those to train on`];
}

function notesOnSecond(second: Dataset | undefined, first: Dataset): string[] {
  const columns = second === undefined ? '' : labelColumnsText(second);
  return columns === '' || columns === labelColumnsText(first)
    ? []
    : [`label column of ${second!.source}: ${columns}`];
}

/** A tenth of what is to be trained on, fewer of many where a second set gives the figures. */
function heldOutShare({ count }: Dataset, { eval: second, decidesDrop }: SampleOptions): number {
  const few = second !== undefined && decidesDrop !== true;
  const most = few ? MAX_HELD_OUT_BESIDE_EVAL : count;
  return Math.min(HELD_OUT_SHARE, most / count);
}

const everySample = ({ count }: Dataset): number[] => Array.from({ length: count }, (_, index) => index);
