import { createRandom, shuffledIndices } from '../../../src/core/index.js';
import { batches, openDataset, parseInputRange } from '../../../src/data/index.js';
import { tf } from '../../../src/engine/index.js';
import { inputSpecs, outputSpecs } from '../../../src/model/index.js';

/** Right answers and mean cross-entropy on some samples. */
export interface Score {
  readonly accuracy: number;
  /** Nats a sample. */
  readonly loss: number;
  /** 1 for each sample that was answered right, else 0. */
  readonly right: readonly number[];
}

/** Samples that `qgt analyze --samples N --seed 0` doesn't see, as tensors. */
export interface FreshSamples {
  readonly count: number;
  readonly batches: readonly { readonly x: tf.Tensor; readonly labels: Int32Array }[];
}

const BATCH = 250;
const MIN_PROBABILITY = 1e-7;

/** Reads what comes after the first `seen` samples in the order that seed 0 shuffles them to. */
export async function readFresh(
  model: tf.LayersModel,
  folder: string,
  inputRange: string,
  seen: number,
  most: number,
): Promise<FreshSamples> {
  const dataset = await openDataset(folder, { inputs: inputSpecs(model), outputs: outputSpecs(model) });
  const order = shuffledIndices(dataset.count, createRandom(0)).slice(seen, seen + most);
  const { shape } = dataset.inputs[0]!;
  const range = parseInputRange(inputRange, shape.at(-1)!);
  const read: { x: tf.Tensor; labels: Int32Array }[] = [];
  for await (const { inputs, labels, size } of batches(dataset, order, { batchSize: BATCH, ranges: [range] }))
    read.push({ x: tf.tensor(inputs[0]!, [size, ...shape]), labels: labels as Int32Array });
  await dataset.close();
  return { count: order.length, batches: read };
}

/** Scores a model by stock tfjs calls. */
export function score(model: tf.LayersModel, samples: FreshSamples): Score {
  const right: number[] = [];
  let loss = 0;
  for (const { x, labels } of samples.batches) {
    const output = tf.tidy(() =>
      (model.predict(x, { batchSize: BATCH }) as tf.Tensor).arraySync(),
    ) as number[][];
    for (const [row, shares] of output.entries()) {
      const label = labels[row]!;
      right.push(shares.indexOf(Math.max(...shares)) === label ? 1 : 0);
      loss -= Math.log(Math.max(MIN_PROBABILITY, shares[label]!));
    }
  }
  const sum = right.reduce((total, each) => total + each, 0);
  return { accuracy: sum / samples.count, loss: loss / samples.count, right };
}

/** A gain of accuracy in points, with its standard error, on the same samples. */
export function gainBetween(
  before: Score,
  after: Score,
): { readonly points: number; readonly error: number } {
  const differences = after.right.map((right, index) => right - before.right[index]!);
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    points: 100 * mean,
    error: 100 * Math.sqrt(squares / (differences.length - 1) / differences.length),
  };
}

/** A model with one weight at a time taken from another one, by weight name. */
export function exchanged(
  model: tf.LayersModel,
  other: tf.LayersModel,
  names: readonly string[],
  samples: FreshSamples,
): ReadonlyMap<string, Score> {
  const others = new Map(other.weights.map((weight) => [weight.originalName, weight]));
  const scores = new Map<string, Score>();
  for (const name of names) {
    const weight = model.weights.find((each) => each.originalName === name)!;
    const own = weight.read().clone();
    weight.write(others.get(name)!.read());
    scores.set(name, score(model, samples));
    weight.write(own);
    own.dispose();
  }
  return scores;
}
