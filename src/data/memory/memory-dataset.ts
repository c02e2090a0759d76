import { read } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { bytesOf, describeError, formatShape, QgtError, throwIfAborted } from '../../core/index.js';
import { arrayDataset } from '../arrays/array-dataset.js';
import type { ArraySource } from '../arrays/array-source.js';
import type { Dataset, ReadOptions } from '../dataset.js';
import { openSpillFile, type SpillFile } from '../rows/spill-file.js';
import { type Column, type Columns, columnsOf } from './columns.js';
import { type DataArrays, type DataInMemory, dataName, isBatches } from './data-in-memory.js';

/**
 * Reads arrays in memory, or all batches of a generator, which go to a temporary file first.
 *
 * @throws QgtError `bad-data` where they don't fit the model or each other, or the generator fails.
 */
export async function memoryDataset(data: DataInMemory, options: ReadOptions): Promise<Dataset> {
  const source = dataName(data);
  if (!isBatches(data)) {
    const { inputs, labels } = columnsOf(source, data, options);
    return arrayDataset(source, { inputs: inputs.map(inMemory), labels: labels.map(inMemory) }, options);
  }
  const { inputs, labels } = await gather(source, typeof data === 'function' ? data() : data, options);
  try {
    const arrays = { inputs: inputs.map(gathered), labels: labels.map(gathered) };
    return await arrayDataset(source, arrays, options);
  } finally {
    for (const { file } of [...inputs, ...labels]) file.close();
  }
}

/** The arrays of one input or output of all batches so far. */
interface Gathered extends Omit<Column, 'values'> {
  readonly file: SpillFile;
}

interface GatheredColumns {
  readonly inputs: readonly Gathered[];
  readonly labels: readonly Gathered[];
}

async function gather(
  source: string,
  batches: AsyncIterable<DataArrays>,
  options: ReadOptions,
): Promise<GatheredColumns> {
  let all: GatheredColumns | undefined;
  try {
    let index = 0;
    for await (const batch of readBatches(source, batches)) {
      throwIfAborted(options.signal);
      const columns = columnsOf(`batch ${index++} of ${source},`, batch, options);
      all =
        all === undefined
          ? opened(columns)
          : { inputs: extended(all.inputs, columns.inputs), labels: extended(all.labels, columns.labels) };
    }
    if (all === undefined) {
      throw new QgtError('bad-data', {
        where: source,
        what: 'there are no samples in it',
        remedy: 'a generator is gone through once: give a new one, or the function that makes it',
      });
    }
    return all;
  } catch (thrown) {
    for (const { file } of [...(all?.inputs ?? []), ...(all?.labels ?? [])]) file.close();
    throw thrown;
  }
}

/** The batches of a generator of somebody else's. */
async function* readBatches(source: string, batches: AsyncIterable<DataArrays>): AsyncGenerator<DataArrays> {
  try {
    yield* batches;
  } catch (cause) {
    if (cause instanceof QgtError) throw cause;
    const what = `the generator failed: ${describeError(cause)}`;
    throw new QgtError('bad-data', { where: source, what, expected: 'batches { xs, ys }', cause });
  }
}

function opened({ inputs, labels }: Columns): GatheredColumns {
  const open = (columns: readonly Column[]): Gathered[] =>
    columns.map(({ values, ...rest }) => {
      const file = openSpillFile();
      file.append(bytesOf(values));
      return { ...rest, file };
    });
  return { inputs: open(inputs), labels: open(labels) };
}

function extended(all: readonly Gathered[], batch: readonly Column[]): Gathered[] {
  if (all.length !== batch.length) {
    throw new QgtError('bad-data', {
      where: batch[0]?.where ?? 'the batches',
      what: 'some batches have labels and others have none',
      remedy: 'give ys in every batch, or in none',
    });
  }
  return all.map((before, index) => {
    const { where, values, shape, element } = batch[index]!;
    const [had, has] = [before, { shape, element }].map(
      ({ shape: [, ...row], element: { name } }) => `${name} ${formatShape(row)}`,
    );
    if (had !== has)
      throw new QgtError('bad-data', { where, what: 'not as in the first batch', got: has, expected: had });
    before.file.append(bytesOf(values));
    const [count, ...row] = before.shape;
    return { ...before, shape: [count! + shape[0]!, ...row] };
  });
}

function inMemory({ where, values, shape, element }: Column): ArraySource {
  const bytes = bytesOf(values);
  const open = () => Readable.from([bytes]);
  return { bytes: { where, path: '', maxSize: bytes.length, open }, start: 0, shape, element };
}

function gathered({ where, file, shape, element }: Gathered): ArraySource {
  const open = () => Readable.from(blocksOf(file));
  const maxSize = Number.MAX_SAFE_INTEGER;
  return { bytes: { where, path: '', maxSize, open }, start: 0, shape, element };
}

const BLOCK_BYTES = 2 ** 18;
const readAt = promisify(read);

/** The bytes of a file that stays open. */
async function* blocksOf({ fd }: SpillFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const block = new Uint8Array(BLOCK_BYTES);
    const { bytesRead } = await readAt(fd, block, 0, block.length, at);
    if (bytesRead === 0) return;
    yield block.subarray(0, bytesRead);
    at += bytesRead;
  }
}
