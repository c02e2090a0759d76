import { type CheckpointSlot, joinFloats, type OnProgress, type Random } from '../../core/index.js';
import { compilerFor } from '../../engine/eager-step.js';
import type { Engine } from '../../engine/engine.js';
import * as tf from '../../engine/tf.js';
import { formatDuration } from '../../report/index.js';
import { batchNormLoss } from './batch-norm-loss.js';
import { classLoss } from './class-loss.js';
import { isImage } from './images.js';
import { createInputOptimizer, type MovedBatch } from './input-optimizer.js';
import { takesLeaves } from './leaves.js';
import {
  drawNoise,
  drawOtherStill,
  drawStill,
  isWhole,
  NOISE_RANGES,
  rangeNames,
  usualRange,
} from './noise.js';
import { createPace, type Pace, type TimeLimit } from './pace.js';
import { createStarts, type Starts } from './starts.js';
import type { SourceModel, SynthesisLoss } from './synthesis-loss.js';
import { loadState, type SynthesisState } from './synthesis-state.js';
import type { NoiseRange, SyntheticInput } from './synthetic-input.js';

/** Number of inputs to invent, and settings of their optimization. */
export interface SynthesisOptions {
  readonly batchSize: number;
  readonly batches: number;
  /** Steps for each batch; 0: the inputs stay noise. */
  readonly steps: number;
  /** Left out: all batches are made with all steps, however long that takes. */
  readonly limit?: TimeLimit | undefined;
  /** Inputs that are made after the others and apart from them, to measure on. */
  readonly measured: { readonly batches: number; readonly stepsShare: number };
  /** Whether inputs that stay as they are drawn are of another kind than those to measure on, as far as there are two. */
  readonly isOtherKind: boolean;
  readonly random: Random;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal | undefined;
  /** Where its state is kept; left out: it is not. */
  readonly checkpoint?: CheckpointSlot | undefined;
}

/** Invented inputs and how they came about. */
export interface Synthesis {
  /** One per model input, the same number of rows each. */
  readonly inputs: readonly Float32Array[];
  /** Those to measure on, likewise. */
  readonly measured: readonly Float32Array[];
  readonly made: 'statistics' | 'classes' | 'noise';
  /** Rows, and steps that each was moved: asked for without a limit, they give the same inputs again. */
  readonly samples: number;
  readonly steps: number;
  /** Whether the time limit reduced the samples or the steps. */
  readonly shortened: boolean;
  /** The loss of the inputs, the mean before the first step and the last one; null where there was none to lower. */
  readonly distance: { readonly before: number; readonly after: number } | null;
  readonly note: string;
}

/** Learning rate of each step, as a share of the noise that inputs set out from. */
const LEARNING_RATE = 0.1;

/**
 * Invents inputs for a model without data.
 *
 * With BatchNorm, drawn inputs are moved until the layers see the statistics of the real data; without, noise until
 * the model predicts every class; for a model without classes, images like photographs or plain noise are used.
 *
 * @param source  null for a model whose layers can't be watched, a GraphModel.
 */
export async function synthesizeInputs(
  engine: Engine,
  source: SourceModel | null,
  inputs: readonly SyntheticInput[],
  options: SynthesisOptions,
): Promise<Synthesis> {
  const aim = options.steps > 0 ? findAim(source, inputs) : null;
  const nearest = aim?.made === 'statistics' ? nearestRange(aim.loss, inputs, options) : null;
  const ranges = inputs.map((input) => input.range ?? nearest ?? usualRange(input));
  if (aim !== null && source !== null) {
    const compile = compilerFor(engine, source.model.countParams());
    const starts = createStarts(inputs, ranges, aim.made === 'statistics');
    const learningRates = ranges.map(({ scale }) => LEARNING_RATE * scale);
    const moving = { inputs, starts, learningRates };
    return { ...(await moveToward(compile, aim.loss, moving, options)), made: aim.made };
  }
  const count = options.batches * options.batchSize;
  const noise = (rows: number, draw = drawStill) =>
    inputs.map((input, index) => draw(input, rows, ranges[index]!, options.random));
  return {
    inputs: noise(count, options.isOtherKind ? drawOtherStill : drawStill),
    measured: noise(options.measured.batches * options.batchSize),
    distance: null,
    made: 'noise',
    samples: count,
    steps: 0,
    shortened: false,
    note: `inputs were synthesised as ${drawnText(inputs, ranges)}${otherText(inputs, options)}: ${unmovedText(source, inputs)}`,
  };
}

/** The inputs to train on, where these are of another kind. */
const otherText = (inputs: readonly SyntheticInput[], { isOtherKind }: SynthesisOptions): string =>
  isOtherKind && inputs.some(takesLeaves) ? ', and to train on as discs that cover each other' : '';

/** Why inputs stay noise. */
function unmovedText(source: SourceModel | null, inputs: readonly SyntheticInput[]): string {
  if (inputs.some(isWhole)) return 'whole numbers are not moved';
  if (canMove(source, inputs)) return 'they were not moved';
  return 'the model has no BatchNorm statistics to match and no classes to ask for';
}

/** Whether there is a loss to optimize inputs for: else they stay noise. */
export function canMove(source: SourceModel | null, inputs: readonly SyntheticInput[]): boolean {
  return findAim(source, inputs) !== null;
}

/** The loss that inputs are optimized for: BatchNorm statistics, or else all classes; null: there is none. */
function findAim(
  source: SourceModel | null,
  inputs: readonly SyntheticInput[],
): { readonly made: 'statistics' | 'classes'; readonly loss: SynthesisLoss } | null {
  if (source === null || inputs.some(isWhole)) return null;
  const statistics = batchNormLoss(source);
  if (statistics !== null) return { made: 'statistics', loss: statistics };
  const classes = classLoss(source);
  return classes === null ? null : { made: 'classes', loss: classes };
}

/** Inputs that are moved, from where and how fast each. */
interface Moving {
  readonly inputs: readonly SyntheticInput[];
  readonly starts: Starts;
  readonly learningRates: readonly number[];
}

/** `noise (0..1)`. */
function drawnText(inputs: readonly SyntheticInput[], ranges: readonly NoiseRange[]): string {
  const drawn = ranges.filter((_, index) => inputs[index]!.isOneHot !== true);
  const kinds = [
    ...(inputs.some(({ isOneHot }) => isOneHot) ? ['one-hot rows, each place as often'] : []),
    ...(drawn.length === 0
      ? []
      : [`noise${inputs.some(isImage) ? ' with the spectrum of photographs' : ''} (${rangeNames(drawn)})`]),
  ];
  return kinds.join(' and ');
}

async function moveToward(
  compile: Engine['compileStep'],
  loss: SynthesisLoss,
  moving: Moving,
  options: SynthesisOptions,
): Promise<Omit<Synthesis, 'made'>> {
  const { batchSize, batches } = options;
  const { inputs, starts } = moving;
  const { moved, measured, steps } = await moveBatches(compile, loss, moving, options);
  const mean = (key: 'first' | 'last') => moved.reduce((sum, batch) => sum + batch[key], 0) / moved.length;
  const distance = { before: mean('first'), after: mean('last') };
  const valuesOf = (made: readonly MovedBatch[]) =>
    inputs.map((_, index) => joinFloats(made.map(({ values }) => values[index]!)));
  return {
    inputs: valuesOf(moved),
    measured: valuesOf(measured),
    distance,
    samples: moved.length * batchSize,
    steps,
    shortened: moved.length < batches || steps < options.steps,
    note:
      `${moved.length * batchSize} inputs were synthesised to ${loss.describe}, starting from ${starts.describe(moved.length)}: ` +
      `distance ${distance.before.toPrecision(3)} before, ${distance.after.toPrecision(3)} after ${steps} steps`,
  };
}

/** Batches that were moved. */
interface MovedBatches {
  readonly moved: readonly MovedBatch[];
  /** Those to measure on. */
  readonly measured: readonly MovedBatch[];
  /** Steps that each of the first was moved. */
  readonly steps: number;
}

/** Moves one batch after another, or those that an interrupted run had left to do. */
async function moveBatches(
  compile: Engine['compileStep'],
  loss: SynthesisLoss,
  { inputs, starts, learningRates }: Moving,
  options: SynthesisOptions,
): Promise<MovedBatches> {
  const { batchSize, batches, random, signal, checkpoint } = options;
  const before = await loadState(checkpoint);
  const making = createInputOptimizer(
    compile,
    loss,
    inputs.map(({ shape }, index) => ({
      shape: [batchSize, ...shape],
      learningRate: learningRates[index]!,
    })),
  );
  const moved: MovedBatch[] = [];
  const measured: MovedBatch[] = [];
  const pace = tellingLeast(createPace(options, before.pace), options);
  let { isMoved } = before;
  const save = async () =>
    checkpoint?.save({
      moved,
      measured,
      isMoved,
      pace: pace.state(),
      compiled: making.state(),
    } satisfies SynthesisState);
  const makeBatch = async (steps: Pace['steps'], made: MovedBatch | undefined): Promise<MovedBatch> => {
    // Drawn for one that was made before too: the random numbers of those that follow depend on it.
    const start = starts.draw(moved.length + measured.length, batchSize, random);
    const drawn = loss.draw(batchSize, random);
    try {
      return made ?? (await making.move(start, drawn, { steps, signal }));
    } finally {
      tf.dispose(drawn);
    }
  };
  /** Steps of a batch to measure on. */
  const few = () => Math.ceil(options.measured.stepsShare * pace.steps(Number.POSITIVE_INFINITY));
  const isNew = () => moved.length + measured.length > before.moved.length + before.measured.length;
  const saveIfDue = async () => {
    if (isNew() && checkpoint?.isDue('between parts')) await save();
  };
  try {
    making.restore(before.compiled);
    const isOver = () => isMoved || moved.length >= batches || !pace.hasTimeFor(moved.length);
    while (moved.length < before.moved.length || !isOver()) {
      moved.push(await makeBatch(pace.steps, before.moved[moved.length]));
      const text = `synthesising inputs: ${moved.length * batchSize} of ${batches * batchSize}`;
      options.onProgress({ kind: 'stage', text });
      await saveIfDue();
    }
    isMoved = true;
    while (measured.length < options.measured.batches) {
      measured.push(await makeBatch(few, before.measured[measured.length]));
      await saveIfDue();
    }
    if (isNew()) await save();
  } finally {
    making.dispose();
  }
  return { moved, measured, steps: pace.steps(Number.POSITIVE_INFINITY) };
}

/** Makes a pace say, as soon as it knows a step's time, how long the fewest inputs take where the run may not. */
function tellingLeast(pace: Pace, { limit, measured, onProgress }: SynthesisOptions): Pace {
  if (limit?.runMs === undefined) return pace;
  const { runMs } = limit;
  let leastMs: number | null = null;
  const steps = (done: number): number => {
    const wanted = pace.steps(done);
    if (leastMs !== null) return wanted;
    leastMs = pace.leastMs(measured);
    if (leastMs !== null && leastMs > runMs) {
      const [least, left] = [formatDuration(leastMs), formatDuration(runMs)];
      const text = `the fewest inputs take about ${least} to synthesise, and --max-time leaves ${left} for the whole run`;
      onProgress({ kind: 'warning', text });
    }
    return wanted;
  };
  return { ...pace, steps };
}

/** The range of noise with the smallest loss before the first step, where inputs have none of their own. */
function nearestRange(
  loss: SynthesisLoss,
  inputs: readonly SyntheticInput[],
  { batchSize, random }: SynthesisOptions,
): NoiseRange {
  const distances = NOISE_RANGES.map((range) =>
    tf.tidy(() => {
      const tensors = inputs.map((input) =>
        tf.tensor(drawNoise(input, batchSize, input.range ?? range, random), [batchSize, ...input.shape]),
      );
      return loss.distance(tensors, []).dataSync()[0]!;
    }),
  );
  const nearest = Math.min(...distances.filter(Number.isFinite));
  return NOISE_RANGES[distances.indexOf(nearest)] ?? NOISE_RANGES[0]!;
}
