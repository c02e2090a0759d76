import { createRandom, shuffledIndices } from '../../../src/core/index.js';
import { batches, openDataset, parseInputRange } from '../../../src/data/index.js';
import { tf } from '../../../src/engine/index.js';
import { inputSpecs, outputSpecs } from '../../../src/model/index.js';

/** Right answers and mean cross-entropy on some samples. */
export interface Score {
  readonly accuracy: number;
  /** Nats a sample. */
  readonly loss: number;
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
  let [right, loss] = [0, 0];
  for (const { x, labels } of samples.batches) {
    const output = tf.tidy(() =>
      (model.predict(x, { batchSize: BATCH }) as tf.Tensor).arraySync(),
    ) as number[][];
    for (const [row, shares] of output.entries()) {
      const label = labels[row]!;
      if (shares.indexOf(Math.max(...shares)) === label) right++;
      loss -= Math.log(Math.max(MIN_PROBABILITY, shares[label]!));
    }
  }
  return { accuracy: right / samples.count, loss: loss / samples.count };
}

/** The packed model with one weight at a time put back to what it was in float, by weight name. */
export function returnToFloat(
  packed: tf.LayersModel,
  float: tf.LayersModel,
  names: readonly string[],
  samples: FreshSamples,
  say: (line: string) => void,
): ReadonlyMap<string, Score> {
  const floats = new Map(float.weights.map((weight) => [weight.originalName, weight]));
  const scores = new Map<string, Score>();
  for (const name of names) {
    const weight = packed.weights.find((each) => each.originalName === name)!;
    const own = weight.read().clone();
    weight.write(floats.get(name)!.read());
    scores.set(name, score(packed, samples));
    weight.write(own);
    own.dispose();
    say(`  ${name} in float: ${(100 * scores.get(name)!.accuracy).toFixed(2)} %`);
  }
  return scores;
}
