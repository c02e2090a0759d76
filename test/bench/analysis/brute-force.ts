import { createRandom, shuffledIndices } from '../../../src/core/index.js';
import { batches, openDataset, parseInputRange } from '../../../src/data/index.js';
import { tf } from '../../../src/engine/index.js';
import { inputSpecs, outputSpecs } from '../../../src/model/index.js';

/** How good a model is on some samples. */
export interface Score {
  /** Accuracy of a classifier, R2 of a regression: the mean of `credits`. */
  readonly quality: number;
  /** Cross-entropy in nats a sample, of a regression the mean squared error. */
  readonly loss: number;
  /** Of a classifier 1 for each sample that was answered right, else 0; of a regression 1 less the squared error in variances of the labels. */
  readonly credits: readonly number[];
  /** Of a regression what it says of each sample; of a classifier none. */
  readonly values: readonly number[];
}

/** Samples that `qgt analyze --samples N --seed 0` doesn't see, as tensors. */
export interface FreshSamples {
  readonly count: number;
  readonly batches: readonly { readonly x: tf.Tensor; readonly labels: Int32Array | Float32Array }[];
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
  const read: { x: tf.Tensor; labels: Int32Array | Float32Array }[] = [];
  for await (const { inputs, labels, size } of batches(dataset, order, { batchSize: BATCH, ranges: [range] }))
    read.push({
      x: tf.tensor(inputs[0]!, [size, ...shape]),
      labels: Array.isArray(labels) ? labels[0]! : labels!,
    });
  await dataset.close();
  return { count: order.length, batches: read };
}

/** Scores a model by stock tfjs calls. */
export function score(model: tf.LayersModel, samples: FreshSamples): Score {
  const variance = varianceOf(samples);
  const losses: number[] = [];
  const credits: number[] = [];
  const values: number[] = [];
  for (const { x, labels } of samples.batches) {
    const output = tf.tidy(() =>
      (model.predict(x, { batchSize: BATCH }) as tf.Tensor).arraySync(),
    ) as number[][];
    for (const [row, shares] of output.entries()) {
      const label = labels[row]!;
      if (labels instanceof Int32Array) {
        credits.push(shares.indexOf(Math.max(...shares)) === label ? 1 : 0);
        losses.push(-Math.log(Math.max(MIN_PROBABILITY, shares[label]!)));
      } else {
        values.push(shares[0]!);
        const square = (shares[0]! - label) ** 2;
        credits.push(1 - square / variance);
        losses.push(square);
      }
    }
  }
  return { quality: meanOf(credits), loss: meanOf(losses), credits, values };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

function varianceOf(samples: FreshSamples): number {
  const labels = samples.batches.flatMap((batch) => [...batch.labels]);
  const mean = meanOf(labels);
  return meanOf(labels.map((label) => (label - mean) ** 2));
}

export interface MeasuredGain {
  readonly gain: number;
  /** Standard error. */
  readonly error: number;
}

/** A gain in points of accuracy or hundredths of R2, on the same samples. */
export function gainInPoints(before: Score, after: Score): MeasuredGain {
  const differences = after.credits.map((credit, index) => 100 * (credit - before.credits[index]!));
  return { gain: meanOf(differences), error: errorOfMean(differences) };
}

/** A gain of a regression in dB of signal to noise, the float model's values being the signal; its error by the delta method. */
export function gainInDb(float: Score, before: Score, after: Score): MeasuredGain {
  const noiseOf = ({ values }: Score) => values.map((value, index) => (value - float.values[index]!) ** 2);
  const [one, other] = [noiseOf(before), noiseOf(after)];
  const [more, less] = [meanOf(one), meanOf(other)];
  const decibels = 10 / Math.LN10;
  const error = errorOfMean(one.map((noise, index) => noise / more - other[index]! / less));
  return { gain: decibels * Math.log(more / less), error: decibels * error };
}

function errorOfMean(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
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
