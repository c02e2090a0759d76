import { createRandom, type OnProgress } from '../core/index.js';
import { type Augmentation, type InputRange, parseAugmentations } from '../data/index.js';
import { measure } from '../train/index.js';
import { concreteInputs, passOver, type SampleSet } from './samples.js';
import { readingsOf, type Subject } from './subject.js';

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
 * The augmentations that the user names; left to `auto`, those under which the float model's accuracy stays.
 *
 * A mirrored digit is another sign, a mirrored cat is a cat: the model knows which.
 *
 * @throws QgtError `usage` for a name that is none, or samples that it isn't for.
 */
export async function chooseAugmentations(
  wanted: string,
  subject: Subject,
  training: SampleSet,
  range: InputRange,
  seed: number,
  onProgress: OnProgress,
): Promise<ChosenAugmentations> {
  if (wanted !== 'auto') {
    const augmentations = parseAugmentations(wanted);
    checkShape(augmentations, training);
    return { augmentations, notes: [] };
  }
  if (!isClassifiedImages(training)) return { augmentations: [], notes: [] };
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
  const chosen = augmentations.length === 0 ? 'none' : augmentations.map(({ name }) => name).join(', ');
  const count = Math.min(SAMPLES, training.order.length);
  const text = `augmentation: ${chosen}, by the float model's accuracy on ${count} samples (as they are ${plain.toFixed(3)}, ${figures.join(', ')})`;
  onProgress({ kind: 'note', text });
  return { augmentations, notes: [text] };
}

/** Pictures of classes: height, width and one, three or four channels. */
function isClassifiedImages({ dataset: { inputs, labels } }: SampleSet): boolean {
  const { shape } = inputs[0]!;
  return (
    inputs.length === 1 &&
    labels.kind === 'classes' &&
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
