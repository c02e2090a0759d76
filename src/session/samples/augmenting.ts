import { createRandom, type RunClock, silent } from '../../core/index.js';
import { type Augmentation, parseAugmentations } from '../../data/index.js';
import { labelledScore, measure, type OutputHead } from '../../metrics/index.js';
import type { Evaluation } from '../evaluation.js';
import type { LiveModel } from '../live-model.js';
import { confidenceOf } from './confidence.js';
import { measuredAtOnce } from './in-memory.js';
import {
  type ChosenAugmentations,
  type JudgedAugmentations,
  keptAugmentations,
} from './kept-augmentations.js';
import { iterateBatches, resolvedInputs, type SampleSet, type Samples } from './samples.js';

/** Augmentations that `auto` tries: the usual ones for image classifiers. */
const CANDIDATES = parseAugmentations('flip,shift');
const SAMPLES = 512;

/** Decides by the float model's predictions whether augmented samples still show the same. */
interface Judge {
  readonly what: string;
  /** Scores samples varied by these augmentations; null where the model can't tell. */
  score(augmentations: readonly Augmentation[]): Promise<number | null>;
  /** Largest drop of the score at which samples still show the same; its origin is in docs/decisions/0009-recipe.md. */
  readonly largestDrop: number;
}

/**
 * Chooses the augmentations: those that the user names; for `auto` those under which the float model stays
 * right, or as certain where there are no labels; for `auto` on images synthesised from statistics, all
 * candidates.
 *
 * A mirrored digit is another sign, a mirrored cat is a cat: the model knows which. A run that goes on takes what the
 * interrupted one had chosen.
 *
 * @throws QgtError `usage` for an unknown name, or for samples that an augmentation does not fit.
 */
export async function chooseAugmentations(
  evaluation: Omit<Evaluation, 'engine'>,
  wanted: string,
): Promise<ChosenAugmentations> {
  const { samples, onProgress = silent, clock, checkpoints } = evaluation;
  const { training, synthesis } = samples;
  if (wanted !== 'auto') {
    const augmentations = parseAugmentations(wanted);
    checkShape(augmentations, training);
    return { augmentations, notes: [] };
  }
  if (!isImages(training)) return { augmentations: [], notes: [] };
  if (synthesis?.made === 'statistics') {
    // BatchNorm's statistics hold nothing about left and right, or about positions.
    const text = `augmentation: ${namesOf(CANDIDATES)}, of synthesised images`;
    return { augmentations: CANDIDATES, notes: [text] };
  }
  if (synthesis !== undefined) return { augmentations: [], notes: [] };
  const { augmentations, notes, isLeftOut } = await keptAugmentations(checkpoints?.next('decision'), () =>
    judgedAugmentations(evaluation),
  );
  if (isLeftOut) clock?.leaveOut(NOT_CHOSEN);
  for (const text of notes) onProgress({ kind: 'note', text });
  return { augmentations, notes };
}

/** Tries each candidate, where there is time for it. */
async function judgedAugmentations({
  liveModel,
  samples,
  seed,
  clock,
}: Omit<Evaluation, 'engine'>): Promise<JudgedAugmentations> {
  const { training } = samples;
  if (clock !== undefined && !hasTimeToJudge(clock, training))
    return { augmentations: [], notes: [], isLeftOut: true };
  const judge = judgeFor(liveModel, samples, seed);
  const plain = await judge.score([]);
  if (plain === null) return { augmentations: [], notes: [], isLeftOut: false };
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
  return { augmentations, notes: [text], isLeftOut: false };
}

/** Largest share of the time for a training that choosing its augmentations may take. */
const TIME_SHARE = 0.2;
const BATCH = 64;
const NOT_CHOSEN = 'the choice of augmentations (--augment none does the same)';

/** Whether there is time to judge each candidate, and the samples as they are: a pass is half of what scoring takes. */
function hasTimeToJudge({ sampleMs, trainingMs }: RunClock, { order }: SampleSet): boolean {
  const passes = (CANDIDATES.length + 1) / 2;
  return passes * Math.min(SAMPLES, order.length) * sampleMs <= TIME_SHARE * trainingMs;
}

/** An output by accuracy or R2, whose largest drop is known. */
const withUsualMetric = ({ metric: _, ...head }: OutputHead): OutputHead => head;

/** Creates the judge: by the score on the labels, or without labels by the model's certainty. */
function judgeFor(liveModel: LiveModel, { training, ranges, ...samples }: Samples, seed: number): Judge {
  const heads = samples.heads.map(withUsualMetric);
  const inputs = resolvedInputs(liveModel, training);
  const passWith = (augmentations: readonly Augmentation[]) => {
    const augment = { augmentations, random: createRandom(seed) };
    const batchSize = measuredAtOnce(liveModel, training, BATCH);
    return iterateBatches(training, ranges, batchSize, {
      shuffle: createRandom(seed),
      limit: SAMPLES,
      augment,
    });
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

/** Whether the samples are images: height, width and one, three or four channels. */
function isImages({ dataset: { inputs } }: SampleSet): boolean {
  const { shape } = inputs[0]!;
  return (
    inputs.length === 1 &&
    shape.length === 3 &&
    [1, 3, 4].includes(shape[2]!) &&
    Math.min(shape[0]!, shape[1]!) >= 8
  );
}

/** Tries each augmentation on one sample, so that a misfit is found before the first step. */
function checkShape(augmentations: readonly Augmentation[], { dataset }: SampleSet): void {
  const { shape } = dataset.inputs[0]!;
  const sample = new Float32Array(shape.reduce((size, side) => size * side, 1));
  for (const { apply } of augmentations) apply(sample, shape, createRandom(0));
}
