import { type OnProgress, type Random, sizeOf, throwIfAborted } from '../core/index.js';
import { aroundCalls } from '../engine/layer-calls.js';
import { nestedLayers } from '../engine/nested-layers.js';
import * as tf from '../engine/tf.js';

/** One of the model's inputs, as far as inventing values for it goes. */
export interface SyntheticInput {
  /** Of one sample, without unknown dimensions. */
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /** Whole numbers below this, where an embedding looks them up; null: real numbers. */
  readonly limit: number | null;
}

/** How many inputs to invent, and how long to work on them. */
export interface SynthesisOptions {
  readonly count: number;
  readonly batchSize: number;
  /** Steps of matching for each batch, at most. */
  readonly steps: number;
  readonly maxMs: number;
  readonly random: Random;
  readonly onProgress: OnProgress;
  readonly signal?: AbortSignal;
}

/** Invented inputs and how they came about. */
export interface Synthesis {
  /** One per model input, `count` rows each. */
  readonly inputs: readonly Float32Array[];
  readonly note: string;
}

/** Where real inputs may lie: raw noise is `offset + scale * normal`. The last two are images as 0..1 and 0..255. */
const RANGES = [
  { name: 'mean 0, deviation 1', offset: 0, scale: 1 },
  { name: '-1..1', offset: 0, scale: 0.5 },
  { name: '0..1', offset: 0.5, scale: 0.25 },
  { name: '0..255', offset: 128, scale: 64 },
] as const;

/**
 * Invents inputs for a model whose data nobody has.
 *
 * With BatchNorm, noise is moved until every BatchNorm layer sees the mean and deviation that it remembers of the real
 * data; without, plain noise has to do.
 *
 * @param model  null for one whose layers can't be watched, a GraphModel.
 * @see ZeroQ, Cai et al. 2020, arXiv:2001.00281, eq. 3.
 */
export async function synthesizeInputs(
  model: tf.LayersModel | null,
  inputs: readonly SyntheticInput[],
  options: SynthesisOptions,
): Promise<Synthesis> {
  const batchNorms = model === null ? [] : nestedLayers(model).filter(remembersLastAxis);
  if (model === null || batchNorms.length === 0 || inputs.some(({ limit }) => limit !== null)) {
    const range = isImage(inputs[0]!) ? RANGES[2] : RANGES[0];
    return {
      inputs: inputs.map((input) => noise(input, options.count, range, options.random)),
      note: `inputs were synthesised as noise (${range.name}): the model has no BatchNorm statistics to match`,
    };
  }
  const range = bestRange(model, batchNorms, inputs, options);
  const rows = inputs.map(({ shape }) => new Float32Array(options.count * sizeOf(shape)));
  const startedAt = performance.now();
  const losses: { first: number; last: number }[] = [];
  let done = 0;
  while (done < options.count) {
    const size = Math.min(options.batchSize, options.count - done);
    const share = ((options.maxMs * (done + size)) / options.count) as number;
    const variables = inputs.map((input) => {
      const values = noise(input, size, range, options.random);
      return tf.tidy(() => tf.variable(tf.tensor(values, [size, ...input.shape])));
    });
    losses.push(
      await match(
        model,
        batchNorms,
        variables,
        range.scale,
        options,
        () => performance.now() - startedAt > share,
      ),
    );
    for (const [index, variable] of variables.entries()) {
      rows[index]!.set((await variable.data()) as Float32Array, done * sizeOf(inputs[index]!.shape));
    }
    tf.dispose(variables);
    done += size;
    options.onProgress({ kind: 'stage', text: `synthesising inputs: ${done} of ${options.count}` });
  }
  const mean = (key: 'first' | 'last') => losses.reduce((sum, loss) => sum + loss[key], 0) / losses.length;
  return {
    inputs: rows,
    note:
      `inputs were synthesised to match ${batchNorms.length} BatchNorm layers, starting from noise of ${range.name}: ` +
      `distance ${mean('first').toPrecision(3)} before, ${mean('last').toPrecision(3)} after`,
  };
}

/** Moves a batch by Adam until its statistics fit, the steps are used up or time is. */
async function match(
  model: tf.LayersModel,
  batchNorms: readonly tf.layers.Layer[],
  variables: tf.Variable[],
  scale: number,
  { steps, signal }: SynthesisOptions,
  outOfTime: () => boolean,
): Promise<{ first: number; last: number }> {
  const optimizer = tf.train.adam(0.1 * scale);
  let first = Number.NaN;
  let last = Number.NaN;
  for (let step = 0; step < steps && !(step > 0 && outOfTime()); step++) {
    throwIfAborted(signal);
    const loss = optimizer.minimize(() => distance(model, batchNorms, variables), true, variables)!;
    last = (await loss.data())[0]!;
    loss.dispose();
    if (step === 0) first = last;
  }
  optimizer.dispose();
  return { first, last };
}

/** The range of noise whose statistics are the nearest to begin with. */
function bestRange(
  model: tf.LayersModel,
  batchNorms: readonly tf.layers.Layer[],
  inputs: readonly SyntheticInput[],
  { batchSize, random }: SynthesisOptions,
): (typeof RANGES)[number] {
  const distances = RANGES.map((range) =>
    tf.tidy(() => {
      const tensors = inputs.map((input) =>
        tf.tensor(noise(input, batchSize, range, random), [batchSize, ...input.shape]),
      );
      return distance(model, batchNorms, tensors).dataSync()[0]!;
    }),
  );
  return RANGES[distances.indexOf(Math.min(...distances))] ?? RANGES[0];
}

/** Mean over layers and channels of `((mean - mu) / sigma)^2 + log(deviation / sigma)^2`. */
function distance(
  model: tf.LayersModel,
  batchNorms: readonly tf.layers.Layer[],
  inputs: tf.Tensor[],
): tf.Scalar {
  const terms: tf.Tensor[] = [];
  aroundCalls(
    batchNorms,
    (layer, [input], call) => {
      const { mean, variance } = tf.moments(
        input!,
        Array.from({ length: input!.rank - 1 }, (_, axis) => axis),
      );
      const [mu, sigma2] = remembered(layer);
      const offset = tf.div(tf.square(tf.sub(mean, mu)), sigma2);
      const spread = tf.square(tf.mul(tf.log(tf.div(tf.add(variance, SMALLEST_VARIANCE), sigma2)), 0.5));
      // Layers run in a tidy of their own.
      terms.push(tf.keep(tf.mean(tf.add(offset, spread))));
      return call();
    },
    () => model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }),
  );
  const mean = tf.mean(tf.stack(terms)) as tf.Scalar;
  tf.dispose(terms);
  return mean;
}

const SMALLEST_VARIANCE = 1e-4;

function remembersLastAxis(layer: tf.layers.Layer): boolean {
  if (layer.getClassName() !== 'BatchNormalization') return false;
  const channels = layer.weights.at(-1)?.shape[0];
  const shape = layer.inboundNodes[0]?.inputShapes[0];
  return Array.isArray(shape) && shape.at(-1) === channels;
}

/** A BatchNorm layer's moving mean and variance; they are its last two weights. */
function remembered(layer: tf.layers.Layer): [tf.Tensor, tf.Tensor] {
  const [mean, variance] = layer.weights.slice(-2);
  return [mean!.read(), tf.add(variance!.read(), SMALLEST_VARIANCE)];
}

/** Images (height, width, up to 4 channels) are smoothed, as real ones are. */
function isImage({ shape }: SyntheticInput): boolean {
  return shape.length === 3 && shape[2]! <= 4 && shape[0]! > 4 && shape[1]! > 4;
}

function noise(
  input: SyntheticInput,
  count: number,
  { offset, scale }: { offset: number; scale: number },
  random: Random,
): Float32Array {
  const size = sizeOf(input.shape);
  const { limit } = input;
  if (limit !== null) return Float32Array.from({ length: count * size }, () => random.below(limit));
  const values = new Float32Array(count * size);
  for (let sample = 0; sample < count; sample++) {
    const raw = isImage(input)
      ? smoothField(input.shape, random)
      : Array.from({ length: size }, () => random.normal());
    for (const [i, value] of raw.entries()) values[sample * size + i] = offset + scale * value;
  }
  return values;
}

/** Normal noise at a few scales, each a grid of random values read with linear interpolation; deviation about 1. */
function smoothField(shape: readonly number[], random: Random): Float64Array {
  const [height, width, channels] = shape as [number, number, number];
  const field = new Float64Array(height * width * channels);
  for (const cells of [2, 4, 8]) {
    const grid = Float64Array.from({ length: (cells + 2) ** 2 * channels }, () => random.normal());
    const at = (row: number, column: number, channel: number) =>
      grid[(row * (cells + 2) + column) * channels + channel]!;
    for (let y = 0; y < height; y++) {
      const v = (y / height) * cells;
      const row = Math.floor(v);
      for (let x = 0; x < width; x++) {
        const h = (x / width) * cells;
        const column = Math.floor(h);
        for (let c = 0; c < channels; c++) {
          const top = at(row, column, c) * (1 - h + column) + at(row, column + 1, c) * (h - column);
          const bottom =
            at(row + 1, column, c) * (1 - h + column) + at(row + 1, column + 1, c) * (h - column);
          field[(y * width + x) * channels + c]! += top * (1 - v + row) + bottom * (v - row);
        }
      }
    }
  }
  return field;
}
