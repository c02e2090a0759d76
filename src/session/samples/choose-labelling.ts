import { createRandom, type OnProgress, type ProgressEvent } from '../../core/index.js';
import { type Dataset, type InputRange, readClasses, type Split, splitDataset } from '../../data/index.js';
import { labelledScore, measure } from '../../metrics/index.js';
import { formatShare } from '../../report/index.js';
import type { LiveModel } from '../live-model.js';
import { findRange } from './find-range.js';
import { classNamesOf, type Labelling } from './labellings.js';
import { type SettledHeads, settleHeads } from './output-heads.js';
import { iterateBatches, resolvedInputs, type SampleOptions, type Samples } from './samples.js';

/** Samples that decide between labellings, at most. */
const TRIAL_SAMPLES = 512;
/** Names that a note shows of an order. */
const SHOWN = 3;

/** Data whose labels, heads and input range are settled. */
export interface PreparedData extends Pick<Samples, 'heads' | 'range' | 'notes'> {
  readonly dataset: Dataset;
  readonly split: Split;
}

/** A labelling with the heads and the input range that suit it, and how well the float model does by it. */
interface Trial extends Labelling {
  readonly split: Split;
  readonly settled: SettledHeads;
  readonly found: Awaited<ReturnType<typeof findRange>>;
  readonly told: readonly ProgressEvent[];
  readonly score: number;
}

/**
 * Takes the labelling by which the float model is right most often, and says so where there were several.
 *
 * Each is tried with the input range of its own: by wrong labels the best range is anybody's guess.
 *
 * @param share  Of the samples, held out; 0 for none.
 */
export async function chooseLabelling(
  liveModel: LiveModel,
  labellings: readonly Labelling[],
  share: number,
  options: SampleOptions,
): Promise<PreparedData> {
  const trials: Trial[] = [];
  for (const labelling of labellings) {
    const split = await splitOf(labelling.dataset, share, options);
    const settled = await settleHeads(liveModel, labelling.dataset, options.loss);
    const tried = { training: { dataset: labelling.dataset, order: split.train }, heads: settled.heads };
    const told: ProgressEvent[] = [];
    const found = await findRange(liveModel, tried, {
      ...options,
      onProgress: (event) => told.push(event),
    });
    const score = labellings.length === 1 ? 0 : await scoreOf(liveModel, tried, found.range, options);
    trials.push({ ...labelling, split, settled, found, told, score });
  }
  const best = trials.reduce((most, trial) => (trial.score > most.score ? trial : most));
  const notes = orderNotes(best, trials, options.onProgress);
  for (const event of best.told) options.onProgress(event);
  const { dataset, split, settled, found } = best;
  const { heads } = settled;
  return {
    dataset,
    split,
    heads,
    range: found.range,
    notes: [...notes, ...settled.notes, ...found.notes],
  };
}

async function splitOf(dataset: Dataset, share: number, { purpose, seed }: SampleOptions): Promise<Split> {
  if (purpose === 'train')
    return splitDataset(dataset.count, share, createRandom(seed), await readClasses(dataset));
  const all = Array.from({ length: dataset.count }, (_, index) => index);
  return { train: all, heldOut: all };
}

async function scoreOf(
  liveModel: LiveModel,
  { training, heads }: Pick<Samples, 'training' | 'heads'>,
  range: InputRange,
  { seed, signal }: SampleOptions,
): Promise<number> {
  const shuffle = createRandom(seed);
  const pass = iterateBatches(training, range, 64, { shuffle, limit: TRIAL_SAMPLES, signal });
  const inputs = resolvedInputs(liveModel, training);
  const { predict, masks } = liveModel;
  const { models } = await measure({ models: [predict], inputs, heads, masks }, pass);
  return labelledScore(models[0]!) ?? Number.NEGATIVE_INFINITY;
}

function orderNotes(best: Trial, trials: readonly Trial[], onProgress: OnProgress): string[] {
  const other = trials.find(({ sorted }) => sorted !== best.sorted);
  if (best.sorted === null || other === undefined) return [];
  const names = classNamesOf(best.dataset)!;
  const differsAt = names.findIndex((name, index) => name !== classNamesOf(other.dataset)![index]);
  const shown = names.slice(0, Math.max(SHOWN, differsAt + 1)).join(', ');
  const count = Math.min(TRIAL_SAMPLES, best.split.train.length);
  const text = `classes taken in ${best.sorted} order ${shown}, …: the float model is right on ${formatShare(best.score)} of ${count} samples, in ${other.sorted} order on ${formatShare(other.score)}; --classes gives another`;
  onProgress({ kind: 'note', text });
  return [text];
}
