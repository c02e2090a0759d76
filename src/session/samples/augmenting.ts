import { createRandom, silent } from '../../core/index.js';
import { type Augmentation, parseAugmentations } from '../../data/index.js';
import { labelledScore, measure } from '../../metrics/index.js';
import type { Evaluation } from '../evaluation.js';
import type { LiveModel } from '../live-model.js';
import { confidenceOf } from './confidence.js';
import { iterateBatches, resolvedInputs, type SampleSet, type Samples } from './samples.js';

/** Those that `auto` tries: what the usual image classifier is trained with. */
const CANDIDATES = parseAugmentations('flip,shift');
const SAMPLES = 512;

/** By what the float model says of samples, whether they still show what they showed. */
interface Judge {
  readonly what: string;
  /** Score of samples varied so; null where the model can't tell. */
  score(augmentations: readonly Augmentation[]): Promise<number | null>;
  /** Drop of the score up to which samples still show what they showed; docs/decisions/0009-recipe.md has what it separates. */
  readonly largestDrop: number;
}

/** What varies the training samples, and why. */
export interface ChosenAugmentations {
  readonly augmentations: readonly Augmentation[];
  readonly notes: readonly string[];
}

/**
 * The augmentations that the user names; left to `auto`, those under which the float model stays right, or as sure of its
 * answers where there are no labels, and all of them on images that were made to match statistics.
 *
 * A mirrored digit is another sign, a mirrored cat is a cat: the model knows which.
 *
 * @throws QgtError `usage` for a name that is none, or samples that it isn't for.
 */
export async function chooseAugmentations(
  { liveModel, samples, seed, onProgress = silent }: Omit<Evaluation, 'engine'>,
  wanted: string,
): Promise<ChosenAugmentations> {
  const { training, synthesis } = samples;
  if (wanted !== 'auto') {
    const augmentations = parseAugmentations(wanted);
    checkShape(augmentations, training);
    return { augmentations, notes: [] };
  }
  if (!isImages(training)) return { augmentations: [], notes: [] };
  if (synthesis?.made === 'statistics') {
    // What BatchNorm remembers says nothing of left and right, or of where things are.
    const text = `augmentation: ${namesOf(CANDIDATES)}, of synthesised images`;
    return { augmentations: CANDIDATES, notes: [text] };
  }
  const judge = synthesis === undefined ? judgeFor(liveModel, samples, seed) : null;
  const plain = judge && (await judge.score([]));
  if (judge === null || plain === null) return { augmentations: [], notes: [] };
  const figures: string[] = [];
  const augmentations: Augmentation[] = [];
  for (const candidate of CANDIDATES) {
    const score = (await judge.score([candidate])) ?? 0;
    if (score >= plain - judge.largestDrop) augmentations.push(candidate);
    figures.push(`${candidate.name} ${score.toFixed(3)}`);
  }
  const chosen = augmentations.length === 0 ? 'none' : namesOf(augmentations);
  const count = Math.min(SAMPLES, training.order.length);
  const text = `augmentation: ${chosen}, by ${judge.what} on ${count} samples (as they are ${plain.toFixed(3)}, ${figures.join(', ')})`;
  onProgress({ kind: 'note', text });
  return { augmentations, notes: [text] };
}

/** The labels tell whether the model stays right; without, how sure it is has to do. */
function judgeFor(liveModel: LiveModel, { training, range, heads }: Samples, seed: number): Judge | null {
  const inputs = resolvedInputs(liveModel, training);
  const passWith = (augmentations: readonly Augmentation[]) => {
    const augment = { augmentations, random: createRandom(seed) };
    return iterateBatches(training, range, 64, { shuffle: createRandom(seed), limit: SAMPLES, augment });
  };
  switch (training.dataset.labels.kind) {
    case 'classes':
    case 'values':
      return {
        what: `the float model's ${heads.length > 1 ? 'loss' : heads[0]!.decision === null ? 'R2' : 'accuracy'}`,
        score: async (augmentations) => {
          const { predict, masks } = liveModel;
          const measured = await measure(
            { models: [predict], inputs, heads, masks },
            passWith(augmentations),
          );
          return labelledScore(measured.models[0]!);
        },
        largestDrop: 0.02,
      };
    case 'none':
      return {
        what: 'how sure the float model is of its answers',
        score: (augmentations) => confidenceOf(liveModel.predict, passWith(augmentations), inputs, heads),
        largestDrop: 0.01,
      };
  }
}

const namesOf = (augmentations: readonly Augmentation[]): string =>
  augmentations.map(({ name }) => name).join(', ');

/** Pictures: height, width and one, three or four channels. */
function isImages({ dataset: { inputs } }: SampleSet): boolean {
  const { shape } = inputs[0]!;
  return (
    inputs.length === 1 &&
    shape.length === 3 &&
    [1, 3, 4].includes(shape[2]!) &&
    Math.min(shape[0]!, shape[1]!) >= 8
  );
}

/** Each refuses samples that it isn't for: better now than in the first step. */
function checkShape(augmentations: readonly Augmentation[], { dataset }: SampleSet): void {
  const { shape } = dataset.inputs[0]!;
  const sample = new Float32Array(shape.reduce((size, side) => size * side, 1));
  for (const { apply } of augmentations) apply(sample, shape, createRandom(0));
}
