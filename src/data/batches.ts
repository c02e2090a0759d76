import { setImmediate } from 'node:timers/promises';
import { QgtError, type Random, throwIfAborted } from '../core/index.js';
import type { Augmentation } from './augmentation/index.js';
import type { Dataset, Rows } from './dataset.js';
import type { InputRange } from './input-range.js';
import { prepareRows } from './preparation/index.js';

/** Samples as a training step or a measurement takes them. */
export interface Batch {
  /** One per model input, row-major: `size` rows, in the input range. */
  readonly inputs: Float32Array<ArrayBuffer>[];
  /** One class index a sample, or one array per model output; absent where there are no labels. */
  readonly labels?: Int32Array | Float32Array[];
  readonly size: number;
}

/** Settings of a pass over a dataset. */
export interface BatchOptions {
  readonly batchSize: number;
  /** One per input. */
  readonly ranges: readonly InputRange[];
  /** Treatment of a last batch with fewer samples than `batchSize`; default: `keep`. */
  readonly rest?: 'keep' | 'drop' | undefined;
  /** Number of the batch to begin with, from 0, the same as in a whole pass; default: 0. */
  readonly first?: number | undefined;
  /** Applied to every sample of the first input, in this order, before the range. */
  readonly augment?: { readonly augmentations: readonly Augmentation[]; readonly random: Random } | undefined;
  /**
   * Whether the arrays of a batch's inputs are used for a later one once the next is asked for, which keeps the garbage
   * collector from stopping a training every few steps; default: false.
   */
  readonly reuseArrays?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The samples named, in that order, batch by batch; the next batch is read while one is worked on.
 *
 * @param order  Indices of samples.
 * @throws QgtError `usage` if a range has another number of channels than its input.
 */
export async function* batches(
  dataset: Dataset,
  order: readonly number[],
  options: BatchOptions,
): AsyncGenerator<Batch, void, undefined> {
  const { batchSize, rest = 'keep', first = 0, signal } = options;
  const end = rest === 'keep' ? order.length : order.length - (order.length % batchSize);
  dataset.inputs.forEach((rows, index) => {
    checkChannels(rows, options.ranges[index]!);
  });
  const seed = () => options.augment?.random.seed() ?? 0;
  const used: Batch['inputs'][] = [];
  const load = (start: number): Promise<Batch> | undefined => {
    if (start >= end) return undefined;
    const indices = order.slice(start, Math.min(end, start + batchSize));
    const batch = readBatch(dataset, { indices, seed: seed(), into: used.pop() }, options);
    // It may fail while nobody waits for it yet; whoever does will still be told.
    batch.catch(() => {});
    return batch;
  };
  for (let skipped = 0; skipped < first; skipped++) seed();
  let next = load(first * batchSize);
  try {
    for (let start = (first + 1) * batchSize; next !== undefined; start += batchSize) {
      throwIfAborted(signal);
      const batch = await next;
      next = load(start);
      // The step that comes now holds this thread: first let the next batch be read and sent off.
      await setImmediate();
      yield batch;
      if (options.reuseArrays) used.push(batch.inputs);
    }
  } finally {
    // Whoever stops early closes the dataset next, so nothing may still be reading it.
    await next?.catch(() => {});
  }
}

/** Samples, seed and buffers of one batch of a pass. */
interface BatchParts {
  readonly indices: readonly number[];
  /** Seeds the augmentations' random numbers; a batch's own, so that it doesn't matter who prepares it when. */
  readonly seed: number;
  /** Arrays that the inputs may be written to, one each. */
  readonly into?: Batch['inputs'] | undefined;
}

async function readBatch(
  { inputs, labels }: Dataset,
  { indices, seed, into = [] }: BatchParts,
  { ranges, augment }: BatchOptions,
): Promise<Batch> {
  const values = await Promise.all(
    inputs.map(async (rows, index) =>
      prepareRows(
        await rows.read(indices),
        {
          shape: rows.shape,
          augmentations: index === 0 ? (augment?.augmentations ?? []) : [],
          seed,
          range: ranges[index]!,
        },
        into[index],
      ),
    ),
  );
  const batch = { inputs: values, size: indices.length };
  if (labels.kind === 'none') return batch;
  if (labels.kind === 'classes')
    return { ...batch, labels: Int32Array.from(await labels.rows.read(indices)) };
  const targets = labels.rows.map(async (rows) => Float32Array.from(await rows.read(indices)));
  return { ...batch, labels: await Promise.all(targets) };
}

function checkChannels({ shape }: Rows, { name, scale }: InputRange): void {
  if (scale.length === 1 || shape.at(-1) === scale.length) return;
  throw new QgtError('usage', {
    where: `input range ${name}`,
    what: 'not for this input',
    got: `${scale.length} channels`,
    expected: shape.at(-1) ?? 1,
  });
}
