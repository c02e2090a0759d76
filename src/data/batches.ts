import { QgtError, type Random, sizeOf, throwIfAborted } from '../core/index.js';
import type { Augmentation } from './augmentation/index.js';
import type { Dataset, Rows } from './dataset.js';
import { applyInputRange, type InputRange } from './input-range.js';

/** Samples as a training step or a measurement takes them. */
export interface Batch {
  /** One per model input, row-major: `size` rows, in the input range. */
  readonly inputs: Float32Array[];
  /** One class index a sample, or one array per model output; absent where there are no labels. */
  readonly labels?: Int32Array | Float32Array[];
  readonly size: number;
}

/** Settings of a pass over a dataset. */
export interface BatchOptions {
  readonly batchSize: number;
  /** Applied to every input. */
  readonly range: InputRange;
  /** What becomes of fewer samples than `batchSize` at the end; `keep` unless told otherwise. */
  readonly rest?: 'keep' | 'drop';
  /** Applied to every sample of the first input, in this order, before the range. */
  readonly augment?: { readonly augmentations: readonly Augmentation[]; readonly random: Random };
  readonly signal?: AbortSignal;
}

/**
 * The samples named, in that order, batch by batch; the next batch is read while one is worked on.
 *
 * @param order  Indices of samples.
 * @throws QgtError `usage` if the range has another number of channels than an input.
 */
export async function* batches(
  dataset: Dataset,
  order: readonly number[],
  options: BatchOptions,
): AsyncGenerator<Batch, void, undefined> {
  const { batchSize, rest = 'keep', signal } = options;
  const end = rest === 'keep' ? order.length : order.length - (order.length % batchSize);
  checkChannels(dataset.inputs, options.range);
  const load = (start: number): Promise<Batch> | undefined => {
    if (start >= end) return undefined;
    const batch = readBatch(dataset, order.slice(start, Math.min(end, start + batchSize)), options);
    // It may fail while nobody waits for it yet; whoever does will still be told.
    batch.catch(() => {});
    return batch;
  };
  let next = load(0);
  try {
    for (let start = batchSize; next !== undefined; start += batchSize) {
      throwIfAborted(signal);
      const batch = await next;
      next = load(start);
      yield batch;
    }
  } finally {
    // Whoever stops early closes the dataset next, so nothing may still be reading it.
    await next?.catch(() => {});
  }
}

async function readBatch(
  { inputs, labels }: Dataset,
  indices: readonly number[],
  { range, augment }: BatchOptions,
): Promise<Batch> {
  const values = await Promise.all(inputs.map((rows) => rows.read(indices)));
  if (augment !== undefined) augmentRows(values[0]!, inputs[0]!, augment);
  for (const rows of values) applyInputRange(rows, range);
  const batch = { inputs: values, size: indices.length };
  if (labels.kind === 'none') return batch;
  if (labels.kind === 'classes')
    return { ...batch, labels: Int32Array.from(await labels.rows.read(indices)) };
  return { ...batch, labels: await Promise.all(labels.rows.map((rows) => rows.read(indices))) };
}

function augmentRows(
  values: Float32Array,
  { shape }: Rows,
  augment: NonNullable<BatchOptions['augment']>,
): void {
  const rowSize = sizeOf(shape);
  for (let start = 0; start < values.length; start += rowSize) {
    const sample = values.subarray(start, start + rowSize);
    for (const { apply } of augment.augmentations) apply(sample, shape, augment.random);
  }
}

function checkChannels(inputs: readonly Rows[], { name, scale }: InputRange): void {
  const unfit = inputs.find(({ shape }) => scale.length > 1 && shape.at(-1) !== scale.length);
  if (unfit === undefined) return;
  throw new QgtError('usage', {
    where: `input range ${name}`,
    what: 'not for these inputs',
    got: `${scale.length} channels`,
    expected: unfit.shape.at(-1) ?? 1,
  });
}
