import { createRandom, type ProgressEvent } from '../../core/index.js';
import { type Dataset, readClasses, type Split, splitDataset } from '../../data/index.js';
import type { LiveModel } from '../live-model.js';
import { checkLabels } from './check-labels.js';
import { type FoundRanges, findRanges } from './find-ranges.js';
import { labelFit } from './label-fit.js';
import { labellingNotes, scoreOf, type TriedLabelling } from './labelling-notes.js';
import type { Labelling } from './labellings.js';
import { type SettledHeads, settleHeads } from './output-heads.js';
import type { SampleOptions, Samples } from './samples.js';

/** Data whose labels, heads and input range are settled. */
export interface PreparedData extends Pick<Samples, 'heads' | 'ranges' | 'notes' | 'labelWarning'> {
  readonly dataset: Dataset;
  readonly split: Split;
}

/** A labelling with the heads and the input range that suit it. */
interface Trial extends TriedLabelling {
  readonly split: Split;
  readonly samples: Pick<Samples, 'training' | 'heads'>;
  readonly settled: SettledHeads;
  readonly found: FoundRanges;
  /** Notes of the search for the input ranges. */
  readonly told: readonly ProgressEvent[];
}

/**
 * Takes the labelling by which the float model is right most often, the first where there is one alone or some are
 * equal.
 *
 * Each is tried with input ranges of its own: by wrong labels the best range is anybody's guess.
 *
 * @param share  Of the samples, held out of what is to be trained on.
 */
export async function chooseLabelling(
  liveModel: LiveModel,
  labellings: readonly Labelling[],
  share: number,
  options: SampleOptions,
): Promise<PreparedData> {
  const trials: Trial[] = [];
  for (const labelling of labellings) {
    const { dataset } = labelling;
    const split = await splitOf(dataset, share, options);
    const settled = await settleHeads(liveModel, dataset, options.loss);
    const samples = { training: { dataset, order: split.train }, heads: settled.heads };
    const told: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => void told.push(event);
    const found = await findRanges(liveModel, samples, { ...options, onProgress });
    const fit = await labelFit(liveModel, samples, found.ranges, options);
    trials.push({ ...labelling, split, samples, settled, found, told, fit });
  }
  const best = trials.reduce((most, trial) => (scoreOf(trial.fit) > scoreOf(most.fit) ? trial : most));
  const notes = labellingNotes(best, trials);
  for (const text of notes) options.onProgress({ kind: 'note', text });
  for (const event of best.told) options.onProgress(event);
  const warning = await checkLabels(liveModel, best, labellings.length, options);
  if (warning !== null) options.onProgress({ kind: 'warning', text: warning });
  const { dataset, split, settled, found } = best;
  return {
    dataset,
    split,
    heads: settled.heads,
    ranges: found.ranges,
    notes: [...notes, ...settled.notes, ...found.notes, ...(warning === null ? [] : [warning])],
    labelWarning: warning,
  };
}

async function splitOf(dataset: Dataset, share: number, { purpose, seed }: SampleOptions): Promise<Split> {
  if (purpose === 'train')
    return splitDataset(dataset.count, share, createRandom(seed), await readClasses(dataset));
  const all = Array.from({ length: dataset.count }, (_, index) => index);
  return { train: all, heldOut: all };
}
