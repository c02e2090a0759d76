import { countText, createRandom } from '../../core/index.js';
import { readClasses, splitDataset } from '../../data/index.js';
import type { SampleSet, Samples } from './samples.js';

/** Fewer samples tell neither the better of two epochs nor what a model loses. */
const MIN_HALF = 50;

/**
 * Shares out what is held out, of each class alike: one half chooses the epoch, the other is what training is held against
 * rounding on, and what the figures are measured on where there is no second set.
 *
 * With fewer than 100 samples nothing chooses the epoch, and all of them are for the rest.
 */
export async function halveHeldOut(
  samples: Omit<Samples, 'epochChoice' | 'comparison'>,
  seed: number,
): Promise<Samples> {
  const { validation, evaluation } = samples;
  const { dataset, order } = validation;
  const halves = order.length < 2 * MIN_HALF ? null : await halve(validation, seed);
  const parts = { epochChoice: halves?.choice ?? null, comparison: halves?.rest ?? validation };
  if (evaluation !== validation) return { ...samples, ...parts };
  const which =
    halves === null
      ? `the ${countText(order.length, 'sample')} held out of ${dataset.source}, too few to choose an epoch by some of them`
      : `${halves.rest.order.length} of ${countText(order.length, 'sample')} held out of ${dataset.source}, not those that choose the epoch`;
  const note = `the figures are on ${which}; the float model may have been trained on them: --eval names data that it has not seen`;
  return {
    ...samples,
    ...parts,
    evaluation: parts.comparison,
    evaluatedOn: halves === null ? samples.evaluatedOn : `half of ${samples.evaluatedOn}`,
    notes: [...samples.notes, note],
  };
}

async function halve(
  { dataset, order }: SampleSet,
  seed: number,
): Promise<{ readonly choice: SampleSet; readonly rest: SampleSet }> {
  const all = await readClasses(dataset);
  const classes = all && order.map((index) => all[index]!);
  const split = splitDataset(order.length, 0.5, createRandom(seed), classes);
  const half = (places: readonly number[]) => ({ dataset, order: places.map((place) => order[place]!) });
  return { choice: half(split.train), rest: half(split.heldOut) };
}
