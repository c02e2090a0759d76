import { createRandom, type OnProgress } from '../../core/index.js';
import { type Augmentation, parseAugmentations } from '../../data/index.js';
import { measure } from '../../train/index.js';
import { readingsOf, type Subject } from '../subject.js';
import { concreteInputs, passOver, type SampleSet, type Samples } from './samples.js';

/** Those that `auto` tries: what the usual image classifier is trained with. */
const CANDIDATES = parseAugmentations('flip,shift');
const SAMPLES = 512;
/** Accuracy that the float model may lose on samples varied so, if the variation is to keep what they show. */
const LARGEST_DROP = 0.02;

/** What varies the training samples, and why. */
export interface ChosenAugmentations {
  readonly augmentations: readonly Augmentation[];
  readonly notes: readonly string[];
}

/**
 * The augmentations that the user names; left to `auto`, those under which the float model's accuracy stays, and all of
 * them on images that were made to match statistics.
 *
 * A mirrored digit is another sign, a mirrored cat is a cat: the model knows which.
 *
 * @throws QgtError `usage` for a name that is none, or samples that it isn't for.
 */
export async function chooseAugmentations(
  wanted: string,
  subject: Subject,
  samples: Samples,
  seed: number,
  onProgress: OnProgress,
): Promise<ChosenAugmentations> {
  const { training, range, made } = samples;
  if (wanted !== 'auto') {
    const augmentations = parseAugmentations(wanted);
    checkShape(augmentations, training);
    return { augmentations, notes: [] };
  }
  if (!isImages(training)) return { augmentations: [], notes: [] };
  if (made === 'statistics') {
    // What BatchNorm remembers says nothing of left and right, or of where things are.
    const text = `augmentation: ${namesOf(CANDIDATES)}, of synthesised images`;
    return { augmentations: CANDIDATES, notes: [text] };
  }
  if (training.dataset.labels.kind !== 'classes') return { augmentations: [], notes: [] };
  const inputs = concreteInputs(subject, training);
  const accuracyWith = async (augmentations: readonly Augmentation[]): Promise<number> => {
    const augment = { augmentations, random: createRandom(seed) };
    const pass = passOver(training, range, 64, { shuffle: createRandom(seed), limit: SAMPLES, augment });
    const measured = await measure([subject.predict], pass, inputs, readingsOf(subject));
    return measured.models[0]!.value ?? 0;
  };
  const plain = await accuracyWith([]);
  const figures: string[] = [];
  const augmentations: Augmentation[] = [];
  for (const candidate of CANDIDATES) {
    const accuracy = await accuracyWith([candidate]);
    if (accuracy >= plain - LARGEST_DROP) augmentations.push(candidate);
    figures.push(`${candidate.name} ${accuracy.toFixed(3)}`);
  }
  const chosen = augmentations.length === 0 ? 'none' : namesOf(augmentations);
  const count = Math.min(SAMPLES, training.order.length);
  const text = `augmentation: ${chosen}, by the float model's accuracy on ${count} samples (as they are ${plain.toFixed(3)}, ${figures.join(', ')})`;
  onProgress({ kind: 'note', text });
  return { augmentations, notes: [text] };
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
