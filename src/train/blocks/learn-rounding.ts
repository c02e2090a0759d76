import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random, throwIfAborted } from '../../core/index.js';
import type { Precision } from '../../engine/engine.js';
import * as tf from '../../engine/tf.js';
import { type GuidedKernel, putOnGrid } from '../guided-kernel.js';
import type { Block } from '../models.js';
import { type Trainee, variablesOf } from '../trainee.js';
import { assignValues, readValues } from '../variable-values.js';
import { type BlockStep, createBlockStep, type Regularizer } from './block-step.js';
import { chooseLevels } from './kernel-choice.js';
import { type RoundingLength, RoundingPace } from './rounding-pace.js';

/** Most levels of a kernel whose rounding is learned: with 8 bits there is nothing to gain. */
const MOST_LEVELS = 32;
/** Share of the samples into which the float model's values go. */
const THEIR_SHARE = 0.5;
/** Cost of a weight between two levels at the most, in units of the error, and the share of the steps that it costs nothing. */
const STRENGTH = 30;
const WARM_UP = 0.2;
const EXPONENTS = { first: 20, last: 2 };
/** Least variance of what a block gives: nothing is learned of one that always gives the same. */
const MIN_VARIANCE = 1e-12;
/** Least unit of a channel's errors, as a share of the median of all channels' variances. */
const LEAST_SHARE = 0.1;

/** How long rounding is learned, and who hears of it. */
export interface RoundingOptions extends RoundingLength {
  readonly seed: number;
  readonly precision: Precision;
  /** Samples in a batch, and those that a block is run on at once afterwards. */
  readonly batchSize: number;
  readonly atOnce: number;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every step, of those of all blocks. */
  onStep(done: number, total: number): void;
}

/**
 * Whether a model can be cut into blocks, and has kernels there that can learn their rounding.
 *
 * Not where bits of some kernels have a price: these would have to be rounded for it, and start far from where they were.
 */
export const canLearnRounding = (trainee: Trainee): boolean =>
  !trainee.kernels.some(hasPrice) && tasksOf(trainee).some(learns);

/**
 * Learns the rounding of a model block by block, and leaves every kernel on its grid; biases and BatchNorm learn beside.
 *
 * @param inputs  [samples, ...], one per model input: what the blocks are to give is what the float model's give on them.
 * @returns Steps that each block took; 0: the student is as it was, since there is no time for all of them.
 * @throws QgtError `aborted`.
 * @see Nagel et al. 2020, AdaRound, arXiv:2004.10568; Li et al. 2021, BRECQ, arXiv:2102.05426.
 */
export async function learnRounding(
  trainee: Trainee,
  inputs: readonly tf.Tensor[],
  options: RoundingOptions,
): Promise<number> {
  const tasks = tasksOf(trainee);
  const variables = variablesOf(trainee);
  const before = options.maxMs === undefined ? null : readValues(variables);
  const learning = {
    ...options,
    random: createRandom(options.seed),
    pace: new RoundingPace(options, tasks.filter(learns).length),
  };
  const given = new Set(inputs);
  const free = ({ own, theirs }: Ends) => tf.dispose([...own, ...theirs].filter((each) => !given.has(each)));
  let ends: Ends = { own: inputs, theirs: inputs };
  try {
    for (const task of tasks) {
      const next = await passBlock(trainee, task, ends, learning);
      free(ends);
      ends = next;
      if (!learning.pace.isInTime && before !== null) {
        assignValues(variables, before);
        return 0;
      }
    }
  } finally {
    free(ends);
  }
  putOnGrid(trainee.kernels);
  return options.steps;
}

/** A block, the float model's, and the weights that are read there first: a layer may be called in several. */
interface BlockTask {
  readonly block: Block;
  readonly theirs: Block;
  readonly kernels: readonly GuidedKernel[];
  /** Biases and BatchNorm, which learn beside. */
  readonly others: readonly tf.Variable[];
}

/** Values that go into a block: from the student's blocks before, and from the float model's. */
interface Ends {
  readonly own: readonly tf.Tensor[];
  readonly theirs: readonly tf.Tensor[];
}

interface Learning extends RoundingOptions {
  readonly random: Random;
  readonly pace: RoundingPace;
}

function tasksOf({ student, teacher, kernels }: Trainee): BlockTask[] {
  const theirs = teacher.blocks();
  const guided = new Set(kernels.map(({ variable }) => variable));
  const learning = student.trained().filter((variable) => !guided.has(variable));
  const seen = new Set<tf.Variable>();
  return student.blocks().map((block, index) => {
    const isFirst = (variable: tf.Variable) => block.variables.has(variable) && !seen.has(variable);
    const task = {
      block,
      theirs: theirs[index]!,
      kernels: kernels.filter(({ variable }) => isFirst(variable)),
      others: learning.filter(isFirst),
    };
    for (const variable of block.variables) seen.add(variable);
    return task;
  });
}

const learns = ({ kernels }: BlockTask): boolean => kernels.some(isLearned);

const isLearned = ({ levels }: GuidedKernel): boolean => levels.length <= MOST_LEVELS;

const hasPrice = ({ entropyPenalty, keepsScale }: GuidedKernel): boolean =>
  entropyPenalty !== undefined || keepsScale === true;

/** Puts the kernels of a block on their grid, learned or rounded, and runs all samples through it. */
async function passBlock(
  trainee: Trainee,
  task: BlockTask,
  { own, theirs }: Ends,
  learning: Learning,
): Promise<Ends> {
  const wanted = await runAll(task.theirs, theirs, learning);
  try {
    putOnGrid(task.kernels.filter((kernel) => !isLearned(kernel)));
    if (learns(task)) await learnBlock(trainee, task, { own, theirs, wanted }, learning);
    putOnGrid(task.kernels);
    return { own: [await runAll(task.block, own, learning)], theirs: [wanted] };
  } catch (error) {
    wanted.dispose();
    throw error;
  }
}

/** Runs a block on all samples, some at a time. */
async function runAll(
  block: Block,
  inputs: readonly tf.Tensor[],
  { atOnce, signal }: RoundingOptions,
): Promise<tf.Tensor> {
  const samples = inputs[0]!.shape[0]!;
  const parts: tf.Tensor[] = [];
  for (let from = 0; from < samples; from += atOnce) {
    throwIfAborted(signal);
    const count = Math.min(atOnce, samples - from);
    parts.push(tf.tidy(() => tf.clone(block.run(inputs.map((each) => tf.slice(each, from, count))))));
    await setImmediate();
  }
  const all = tf.concat(parts);
  tf.dispose(parts);
  return all;
}

/** Samples of a block, all of them. */
interface BlockSamples extends Ends {
  /** The float model's block gives these. */
  readonly wanted: tf.Tensor;
}

async function learnBlock(
  trainee: Trainee,
  { block, kernels, others }: BlockTask,
  samples: BlockSamples,
  { random, pace, batchSize, precision, signal, onStep }: Learning,
): Promise<void> {
  const unit = unitOf(samples.wanted);
  if (unit === null) return;
  const choices = kernels.filter(isLearned).map(chooseLevels);
  const step = createBlockStep(trainee, { block, choices, others, unit, precision });
  try {
    for (let at = 0; at < pace.steps && pace.isInTime; at++) {
      throwIfAborted(signal);
      const rows = Array.from({ length: batchSize }, () => random.below(samples.wanted.shape[0]!));
      takeStep(step, samples, rows, { random, regularizer: regularizerAt(at / pace.steps) });
      pace.count();
      onStep(pace.done, pace.total);
      // Lets signals, timers and the spinner run between steps, which block the event loop.
      await setImmediate();
    }
    for (const choice of choices) choice.settle();
  } finally {
    step.dispose();
    for (const choice of choices) choice.dispose();
  }
}

/**
 * The unit of squared errors in each channel, which are the last dimension: its variance, but no less than a share of what
 * is usual, since errors where next to nothing varies don't count.
 *
 * @returns null where nothing varies.
 */
function unitOf(values: tf.Tensor): Float32Array | null {
  const variances = tf.tidy(() =>
    tf.moments(values, [...values.shape.keys()].slice(0, -1)).variance.dataSync(),
  );
  const varying = [...variances].filter((variance) => variance > MIN_VARIANCE && Number.isFinite(variance));
  if (varying.length === 0) return null;
  const usual = varying.toSorted((a, b) => a - b)[varying.length >> 1]!;
  return Float32Array.from(variances, (variance) => Math.max(variance, LEAST_SHARE * usual));
}

/** Nagel et al. 2020, section 5: nothing at first, then less and less flat between the levels. */
function regularizerAt(share: number): Regularizer {
  const past = (share - WARM_UP) / (1 - WARM_UP);
  if (past < 0) return { strength: 0, exponent: EXPONENTS.first };
  return { strength: STRENGTH, exponent: EXPONENTS.first + (EXPONENTS.last - EXPONENTS.first) * past };
}

function takeStep(
  step: BlockStep,
  { own, theirs, wanted }: BlockSamples,
  rows: readonly number[],
  { random, regularizer }: { readonly random: Random; readonly regularizer: Regularizer },
): void {
  const indices = tf.tensor1d([...rows], 'int32');
  const rowsOf = (values: readonly tf.Tensor[]) => values.map((each) => tf.gather(each, indices));
  const takesTheirs = rows.map(() => random.next() < THEIR_SHARE);
  const [given] = rowsOf([wanted]);
  const batch = { own: rowsOf(own), theirs: rowsOf(theirs), wanted: given!, takesTheirs };
  step.run(batch, regularizer);
  tf.dispose([indices, ...batch.own, ...batch.theirs, batch.wanted]);
}
