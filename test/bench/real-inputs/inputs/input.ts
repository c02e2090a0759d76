import type { Output } from '../score.js';

/** Values of one input for some samples, row-major, the samples one after another. */
export interface Input {
  readonly values: Float32Array;
  /** Shape of one sample. */
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
}

/** Outputs of a model for some inputs, in batches. */
export type Predict = (inputs: readonly Input[], batchSize: number) => Promise<Output[]>;

/** Makes the inputs of a model: one for each that it takes, with as many samples as are wanted, or fewer. */
export type DrawInputs = (samples: number, float: Predict) => Promise<readonly Input[]>;

/** Puts samples of one shape together. */
export function joined(
  samples: readonly ArrayLike<number>[],
  shape: readonly number[],
  dtype: Input['dtype'] = 'float32',
): Input {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(samples.length * size);
  for (const [index, sample] of samples.entries()) values.set(sample, index * size);
  return { values, shape, dtype };
}

/** As many as are wanted of a list, at even distances. */
export function evenly<Item>(items: readonly Item[], wanted: number): Item[] {
  const count = Math.min(wanted, items.length);
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]!);
}
