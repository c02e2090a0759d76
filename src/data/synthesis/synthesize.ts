import { type OnProgress, type Random, sizeOf } from '../../core/index.js';
import type { Engine } from '../../engine/engine.js';
import * as tf from '../../engine/tf.js';
import { answersGoal } from './answers-goal.js';
import { createBatchInTheMaking, type MovedBatch } from './batch-in-the-making.js';
import type { Goal, SourceModel } from './goal.js';
import { drawNoise, NOISE_RANGES, type NoiseRange, type SyntheticInput, usualRange } from './noise.js';
import { statisticsGoal } from './statistics-goal.js';

/** How many inputs to invent, and how long to work on them. */
export interface SynthesisOptions {
  readonly batchSize: number;
  /** Batches at most. */
  readonly batches: number;
  /** Batches that are made however long that takes, with fewer steps where time is short. */
  readonly leastBatches: number;
  /** Steps for each batch, at most. */
  readonly steps: number;
  /** Time for moving inputs; 0: they stay noise. */
  readonly maxMs: number;
  readonly random: Random;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

/** Invented inputs and how they came about. */
export interface Synthesis {
  /** One per model input, the same number of rows each. */
  readonly inputs: readonly Float32Array[];
  readonly made: 'statistics' | 'answers' | 'noise';
  readonly note: string;
}

/** Of the noise that inputs set out from, for each step. */
const LEARNING_RATE = 0.1;

/**
 * Invents inputs for a model whose data nobody has.
 *
 * With BatchNorm, noise is moved until the layers see what they remember of the real data; without, until the model
 * gives answers of every class; where it decides nothing, plain noise has to do.
 *
 * @param source  null for a model whose layers can't be watched, a GraphModel.
 */
export async function synthesizeInputs(
  engine: Engine,
  source: SourceModel | null,
  inputs: readonly SyntheticInput[],
  options: SynthesisOptions,
): Promise<Synthesis> {
  // Whole numbers can't be moved a little.
  const movable = options.maxMs > 0 && inputs.every(({ limit }) => limit === null);
  const statistics = source === null || !movable ? null : statisticsGoal(source);
  if (statistics !== null) {
    const range = nearestRange(statistics, inputs, options);
    return { ...(await moveToward(engine, statistics, inputs, range, options)), made: 'statistics' };
  }
  const range = usualRange(inputs[0]!);
  const answers = source === null || !movable ? null : answersGoal(source);
  if (answers !== null) {
    return { ...(await moveToward(engine, answers, inputs, range, options)), made: 'answers' };
  }
  const count = options.batches * options.batchSize;
  return {
    inputs: inputs.map((input) => drawNoise(input, count, range, options.random)),
    made: 'noise',
    note: `inputs were synthesised as noise (${range.name}): the model has no BatchNorm statistics to match and no classes to ask for`,
  };
}

async function moveToward(
  engine: Engine,
  goal: Goal,
  inputs: readonly SyntheticInput[],
  range: NoiseRange,
  options: SynthesisOptions,
): Promise<Omit<Synthesis, 'made'>> {
  const { batchSize, batches, leastBatches, steps, maxMs, random, signal } = options;
  const making = createBatchInTheMaking(
    engine,
    goal,
    inputs.map(({ shape }) => [batchSize, ...shape]),
  );
  const moved: MovedBatch[] = [];
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  /** As long as the batches so far took, on average. */
  const hasTimeForMore = () => elapsedMs() * (1 + 1 / moved.length) <= maxMs;
  try {
    while (moved.length < batches && (moved.length < leastBatches || hasTimeForMore())) {
      const deadlineMs = maxMs * Math.min(1, (moved.length + 1) / leastBatches);
      const start = inputs.map((input) => drawNoise(input, batchSize, range, random));
      const drawn = goal.draw(batchSize, random);
      const outOfTime = () => elapsedMs() > deadlineMs;
      const learningRate = LEARNING_RATE * range.scale;
      const batch = making.move(start, drawn, { steps, learningRate, outOfTime, signal });
      moved.push(await batch.finally(() => tf.dispose(drawn)));
      const text = `synthesising inputs: ${moved.length * batchSize} of ${batches * batchSize}`;
      options.onProgress({ kind: 'stage', text });
    }
  } finally {
    making.dispose();
  }
  const mean = (key: 'first' | 'last') =>
    (moved.reduce((sum, batch) => sum + batch[key], 0) / moved.length).toPrecision(3);
  return {
    inputs: inputs.map(({ shape }, index) =>
      concatenate(
        moved.map(({ values }) => values[index]!),
        batchSize * sizeOf(shape),
      ),
    ),
    note:
      `${moved.length * batchSize} inputs were synthesised to ${goal.describe}, starting from noise of ${range.name}: ` +
      `distance ${mean('first')} before, ${mean('last')} after`,
  };
}

function concatenate(parts: readonly Float32Array[], size: number): Float32Array {
  const all = new Float32Array(parts.length * size);
  for (const [index, part] of parts.entries()) all.set(part, index * size);
  return all;
}

/** The range of noise that is the nearest to a goal to begin with. */
function nearestRange(
  goal: Goal,
  inputs: readonly SyntheticInput[],
  { batchSize, random }: SynthesisOptions,
): NoiseRange {
  const distances = NOISE_RANGES.map((range) =>
    tf.tidy(() => {
      const tensors = inputs.map((input) =>
        tf.tensor(drawNoise(input, batchSize, range, random), [batchSize, ...input.shape]),
      );
      return goal.distance(tensors, []).dataSync()[0]!;
    }),
  );
  return NOISE_RANGES[distances.indexOf(Math.min(...distances))] ?? NOISE_RANGES[0]!;
}
