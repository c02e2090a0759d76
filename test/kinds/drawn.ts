import { createRandom, type Random, sizeOf } from '../../src/core/index.js';
import type { Drawn, Values } from './kind.js';

/** Values of a sample where it is a vector. */
export const FEATURES = 5;

/** An array of samples, value by value. */
export function valuesOf(shape: readonly number[], value: (index: number) => number): Values {
  return { values: Float32Array.from({ length: sizeOf(shape) }, (_, index) => value(index)), shape };
}

export const normals = (random: Random, shape: readonly number[]): Values =>
  valuesOf(shape, () => random.normal());

/** Row `row` of an array of samples. */
export const rowOf = ({ values, shape }: Values, row: number): Float32Array => {
  const width = values.length / shape[0]!;
  return values.subarray(row * width, (row + 1) * width);
};

export function oneHot(classes: readonly number[], width: number): Values {
  return valuesOf([classes.length, width], (i) => Number(classes[Math.floor(i / width)] === i % width));
}

/** Scores of samples by fixed random weights, with a bend and some noise: what a small network can learn. */
export function scores(x: Values, width: number, random: Random, noise = 0.05): Values {
  const size = x.values.length / x.shape[0]!;
  const fixed = createRandom(11);
  const weights = Array.from({ length: size * width }, () => fixed.normal());
  return valuesOf([x.shape[0]!, width], (i) => {
    const [row, column] = [rowOf(x, Math.floor(i / width)), i % width];
    const score = row.reduce((sum, value, j) => sum + weights[j * width + column]! * Math.tanh(value), 0);
    return score / Math.sqrt(size) + noise * random.normal();
  });
}

/** The place of the largest value of each row. */
export function classesOf(rows: Values): number[] {
  return Array.from({ length: rows.shape[0]! }, (_, row) => {
    const values = [...rowOf(rows, row)];
    return values.indexOf(Math.max(...values));
  });
}

/** Vectors, and their classes as one-hot rows. */
export function classified(random: Random, count: number, width = 3): Drawn {
  const x = normals(random, [count, FEATURES]);
  return { inputs: [x], targets: [oneHot(classesOf(scores(x, width, random)), width)] };
}

/** Vectors, and plain values of about unit variance. */
export function regressed(random: Random, count: number, width = 1): Drawn {
  const x = normals(random, [count, FEATURES]);
  return { inputs: [x], targets: [scores(x, width, random)] };
}

const SIDE = 8;

/** Grey images of 8 x 8 with a bright line, in whole steps of 1/255; its direction is the class. */
export function lines(random: Random, count: number, classes: number): { images: Values; labels: number[] } {
  const labels = Array.from({ length: count }, (_, row) => row % classes);
  const shifts = labels.map(() => random.below(5) - 2);
  const noise = valuesOf([count, SIDE, SIDE, 1], () => random.normal());
  const images = valuesOf([count, SIDE, SIDE, 3], (i) => {
    const pixel = Math.floor(i / 3);
    const row = Math.floor(pixel / SIDE ** 2);
    const [y, x] = [Math.floor(pixel / SIDE) % SIDE, pixel % SIDE];
    const distances = [y - x, y + x - (SIDE - 1), y - SIDE / 2];
    const isLine = Math.abs(distances[labels[row]!]! + shifts[row]!) < 1;
    const grey = Math.round(70 + 110 * Number(isLine) + 30 * noise.values[pixel]!);
    return Math.min(255, Math.max(0, grey)) / 255;
  });
  return { images, labels };
}

/** Token rows that end in zeros, and for each step whether the token is odd; padded steps are labelled wrong at random. */
export function tagged(random: Random, count: number): Drawn {
  const steps = 8;
  const lengths = Array.from({ length: count }, () => 2 + random.below(4));
  const tokens = valuesOf([count, steps], (i) =>
    i % steps < lengths[Math.floor(i / steps)]! ? 1 + random.below(19) : 0,
  );
  const tags = [...tokens.values].map((token, i) => {
    const before = i % steps === 0 ? 0 : tokens.values[i - 1]!;
    return token === 0 ? random.below(2) : Number((token + before) % 2 === 1);
  });
  return { inputs: [tokens], targets: [{ ...oneHot(tags, 2), shape: [count, steps, 2] }] };
}
