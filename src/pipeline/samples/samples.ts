import { createRandom, type OnProgress, type Random, shuffledIndices } from '../../core/index.js';
import {
  type Batch,
  type BatchOptions,
  batches,
  candidateRanges,
  chooseInputRange,
  type Dataset,
  type InputRange,
  openDataset,
  parseInputRange,
  readClasses,
  type Synthesis,
  splitDataset,
} from '../../data/index.js';
import { measure } from '../../train/index.js';
import type { Session } from '../session.js';
import { readingsOf, type Subject } from '../subject.js';
import { synthesizeSamples } from './synthetic-samples.js';

/** Some samples of a dataset. */
export interface SampleSet {
  readonly dataset: Dataset;
  readonly order: readonly number[];
}

/** The samples a command works with. */
export interface Samples {
  /** The path, or `synthesised`. */
  readonly source: string;
  /** How synthesised inputs were made. */
  readonly made?: Synthesis['made'];
  readonly training: SampleSet;
  /** Held out of the training data: what is chosen while training is chosen by these. */
  readonly validation: SampleSet;
  /** What the figures are measured on: a second set where there is one, else `validation`. */
  readonly evaluation: SampleSet;
  /** What `evaluation` is, in words. */
  readonly evaluatedOn: string;
  readonly range: InputRange;
  readonly classes: readonly string[] | null;
  readonly skippedFiles: number;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Whom the samples are for, and what computes. */
export type SampleSource = Pick<Session, 'subject' | 'engine'>;

/** Which samples a command asks for. */
export interface SampleOptions {
  readonly data?: string;
  readonly eval?: string;
  /** `train`: a part is held out, a small one where `eval` names a second set; `measure`: all of it is measured on. */
  readonly purpose: 'train' | 'measure';
  /** Whether a drop on the part held out decides: a small part would tell it too badly. */
  readonly decidesDrop?: boolean;
  readonly inputRange?: string;
  readonly classes?: readonly string[];
  readonly seed: number;
  /** How long to work on synthesised inputs at most; 0: they are noise. */
  readonly synthesisMs: number;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

const HELD_OUT_SHARE = 0.1;
/** Held out at most where they neither decide a drop nor give the figures. */
const MOST_HELD_OUT_BESIDE_EVAL = 1000;
const RANGE_SAMPLES = 512;

/** Opens the data, holds a part out, and finds the input range; without data, inputs are synthesised. */
export async function openSamples(source: SampleSource, options: SampleOptions): Promise<Samples> {
  if (options.data === undefined) return synthesizeSamples(source, options);
  const { subject } = source;
  const { data, seed, onProgress, signal } = options;
  const read = { inputs: subject.inputs, outputs: subject.outputs, onProgress, signal };
  onProgress({ kind: 'stage', text: `reading ${data}` });
  const dataset = await openDataset(data, { ...read, classes: options.classes });
  const names = dataset.labels.kind === 'classes' ? dataset.labels.names : undefined;
  const classes = options.classes ?? names;
  try {
    const second =
      options.eval === undefined ? undefined : await openDataset(options.eval, { ...read, classes });
    const holdsOut = options.purpose === 'train';
    const few = second !== undefined && options.decidesDrop !== true;
    const most = few ? MOST_HELD_OUT_BESIDE_EVAL : dataset.count;
    const share = Math.min(HELD_OUT_SHARE, most / dataset.count);
    const split = holdsOut
      ? splitDataset(dataset.count, share, createRandom(seed), await readClasses(dataset))
      : { train: everySample(dataset), heldOut: everySample(dataset) };
    const training = { dataset, order: split.train };
    const validation = { dataset, order: split.heldOut };
    const { range, notes } = await findRange(subject, training, options);
    const skipped = [...dataset.skipped, ...(second?.skipped ?? [])];
    return {
      source: data,
      training,
      validation,
      evaluation: second === undefined ? validation : { dataset: second, order: everySample(second) },
      evaluatedOn: options.eval ?? (holdsOut ? `a seeded tenth of ${data}, held out` : data),
      range,
      classes: classes ?? null,
      skippedFiles: skipped.length,
      notes: [...notes, ...skipped.slice(0, 5).map(({ file, reason }) => `skipped ${file}: ${reason}`)],
      close: async () => {
        await dataset.close();
        await second?.close();
      },
    };
  } catch (thrown) {
    await dataset.close();
    throw thrown;
  }
}

const everySample = ({ count }: Dataset): number[] => Array.from({ length: count }, (_, index) => index);

/** One pass over samples, in their own order or shuffled. */
export function passOver(
  { dataset, order }: SampleSet,
  range: InputRange,
  batchSize: number,
  how: {
    readonly shuffle?: Random;
    readonly limit?: number;
    readonly rest?: 'keep' | 'drop';
    readonly augment?: BatchOptions['augment'];
    readonly reuseArrays?: boolean;
  } = {},
): AsyncIterable<Batch> {
  const { shuffle, limit = order.length, rest = 'keep', augment, reuseArrays } = how;
  const mixed =
    shuffle === undefined ? order : shuffledIndices(order.length, shuffle).map((at) => order[at]!);
  return batches(dataset, mixed.slice(0, limit), { batchSize, range, rest, augment, reuseArrays });
}

/** The model's inputs as they come from these samples: every size known. */
export function concreteInputs(
  subject: Subject,
  { dataset }: SampleSet,
): { shape: readonly number[]; dtype: 'float32' | 'int32' }[] {
  return subject.inputs.map(({ dtype }, index) => ({ shape: dataset.inputs[index]!.shape, dtype }));
}

async function findRange(
  subject: Subject,
  training: SampleSet,
  { inputRange, seed, onProgress }: SampleOptions,
): Promise<{ range: InputRange; notes: string[] }> {
  const { dtype, shape } = training.dataset.inputs[0]!;
  const channels = shape.at(-1) ?? 1;
  if (inputRange !== undefined) return { range: parseInputRange(inputRange, channels), notes: [] };
  const candidates = candidateRanges(dtype, channels);
  if (candidates.length === 1) return { range: candidates[0]!, notes: [] };
  const say = (range: InputRange, text: string) => {
    onProgress({ kind: 'note', text });
    return { range, notes: [text] };
  };
  if (training.dataset.labels.kind === 'none') {
    const range = candidates[0]!;
    return say(
      range,
      `input range ${range.name} taken, since there are no labels to choose by; set it with --input-range`,
    );
  }
  const name = { accuracy: 'accuracy', r2: 'R2' };
  let metric: keyof typeof name = 'accuracy';
  const { best, scores } = await chooseInputRange(candidates, async (range) => {
    const pass = passOver(training, range, 64, { shuffle: createRandom(seed), limit: RANGE_SAMPLES });
    const measured = await measure(
      [subject.predict],
      pass,
      concreteInputs(subject, training),
      readingsOf(subject),
    );
    metric = measured.name;
    return measured.models[0]!.value ?? Number.NEGATIVE_INFINITY;
  });
  const figures = scores.map(({ range, score }) => `${range.name} ${score.toFixed(3)}`).join(', ');
  const count = Math.min(RANGE_SAMPLES, training.order.length);
  return say(
    best,
    `input range ${best.name}: best ${name[metric]} of the float model on ${count} samples (${figures})`,
  );
}
