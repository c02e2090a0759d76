import { type Dataset, openDataset } from '../../data/index.js';
import { chooseLabelling } from './choose-labelling.js';
import { classNamesOf, labellingsOf } from './labellings.js';
import { findModelClasses, notesOnModelClasses } from './model-classes.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { synthesizeSamples } from './synthetic-samples.js';

const HELD_OUT_SHARE = 0.1;
/** Held out at most where they neither decide a drop nor give the figures. */
const MAX_HELD_OUT_BESIDE_EVAL = 1000;

/** Opens the data, settles its labels and input range, and holds a part out; without data, inputs are synthesised. */
export async function openSamples(source: SampleSource, options: SampleOptions): Promise<Samples> {
  if (options.data === undefined) return synthesizeSamples(source, options);
  const { liveModel } = source;
  const { data, onProgress, signal } = options;
  onProgress({ kind: 'stage', text: `reading ${data}` });
  const modelClasses = options.classes === undefined ? await findModelClasses(liveModel) : undefined;
  const read = {
    inputs: liveModel.inputs,
    outputs: liveModel.outputs,
    modelClasses: modelClasses?.names,
    onProgress,
    signal,
  };
  const opened: Dataset[] = [];
  const open = async (path: string, classes: readonly string[] | undefined): Promise<Dataset> => {
    const dataset = await openDataset(path, { ...read, classes });
    opened.push(dataset);
    return dataset;
  };
  const close = async () => {
    for (const dataset of opened) await dataset.close();
  };
  try {
    const raw = await open(data, options.classes);
    const prepared = await chooseLabelling(liveModel, labellingsOf(raw), heldOutShare(raw, options), options);
    const { dataset, split, range } = prepared;
    const classes = options.classes ?? classNamesOf(dataset);
    const second = options.eval === undefined ? undefined : await open(options.eval, classes);
    const validation = { dataset, order: split.heldOut };
    const heldOut = options.purpose === 'train' ? `a seeded tenth of ${data}, held out` : data;
    const skipped = opened.flatMap((each) => each.skipped);
    return {
      source: data,
      training: { dataset, order: split.train },
      validation,
      evaluation: second === undefined ? validation : { dataset: second, order: everySample(second) },
      evaluatedOn: options.eval ?? heldOut,
      range,
      heads: prepared.heads,
      classes: classes ?? null,
      skippedFiles: skipped.length,
      notes: [
        ...notesOnModelClasses(modelClasses, dataset, onProgress),
        ...prepared.notes,
        ...skipped.slice(0, 5).map(({ file, reason }) => `skipped ${file}: ${reason}`),
      ],
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** A tenth of what is to be trained on, fewer of many where a second set gives the figures. */
function heldOutShare({ count }: Dataset, { eval: second, decidesDrop }: SampleOptions): number {
  const few = second !== undefined && decidesDrop !== true;
  const most = few ? MAX_HELD_OUT_BESIDE_EVAL : count;
  return Math.min(HELD_OUT_SHARE, most / count);
}

const everySample = ({ count }: Dataset): number[] => Array.from({ length: count }, (_, index) => index);
