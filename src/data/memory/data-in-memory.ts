import { createHash, randomUUID } from 'node:crypto';
import { bytesOf } from '../../core/index.js';

/** Numbers of samples, one sample after another, row-major. */
export type NumberArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Numbers and their shape, the count of samples first; for sizes that the model leaves open. */
export interface ShapedArray {
  readonly values: NumberArray;
  readonly shape: readonly number[];
}

/** Samples of one input, or labels of one output: numbers alone where the model says their shape. */
export type SampleValues = NumberArray | ShapedArray;

/** Samples and their labels; of several inputs or outputs by their names. */
export interface DataArrays {
  readonly xs: SampleValues | Readonly<Record<string, SampleValues>>;
  /** Classes or target values; left out: there are no labels. */
  readonly ys?: SampleValues | Readonly<Record<string, SampleValues>> | undefined;
}

/** Data that is no file: arrays, or batches of them from a generator, which is gone through once. */
export type DataInMemory = DataArrays | AsyncIterable<DataArrays> | (() => AsyncIterable<DataArrays>);

/** Data by its path, or in memory. */
export type DataSource = string | DataInMemory;

const NAMES = { arrays: 'arrays in memory', batches: 'batches of a generator' } as const;

/** Whether a value has the form of data in memory; what is in it is checked when it is read. */
export function isDataInMemory(value: unknown): value is DataInMemory {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'xs' in value);
}

export const isBatches = (data: DataInMemory): data is Exclude<DataInMemory, DataArrays> =>
  typeof data === 'function' || Symbol.asyncIterator in data;

/** Names data for a reader: its path, or where it is. */
export function dataName(data: DataSource): string {
  if (typeof data === 'string') return data;
  return isBatches(data) ? NAMES.batches : NAMES.arrays;
}

export const isShaped = (values: object): values is ShapedArray =>
  'values' in values && ArrayBuffer.isView(values.values);

/** Tells arrays from others by their content; a generator is never the same as another. */
export function memoryFingerprint(data: DataInMemory): string {
  if (isBatches(data)) return randomUUID();
  const hash = createHash('sha256');
  for (const part of [data.xs, data.ys ?? {}]) {
    const arrays = ArrayBuffer.isView(part) || isShaped(part) ? { '': part } : part;
    for (const [name, array] of Object.entries(arrays)) {
      const { values, shape } = isShaped(Object(array) as object)
        ? (array as ShapedArray)
        : { values: array, shape: [] };
      // What is no typed array is refused where it is read.
      if (!ArrayBuffer.isView(values)) continue;
      hash.update(`${name} ${values.constructor.name} ${shape.join('x')}\n`).update(bytesOf(values));
    }
  }
  return hash.digest('hex');
}
