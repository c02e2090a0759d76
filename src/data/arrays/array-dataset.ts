import { formatShape, QgtError } from '../../core/index.js';
import type { Dataset, ReadOptions, Rows } from '../dataset.js';
import { buildDataset } from '../dataset-builder.js';
import { arrayLabels } from './array-labels.js';
import { arrayRows } from './array-rows.js';
import type { ArraySource } from './array-source.js';
import { inputShape } from './input-shape.js';

/** The arrays that make a dataset: one per input, and one per output or none. */
export interface DatasetArrays {
  readonly inputs: readonly ArraySource[];
  readonly labels: readonly ArraySource[];
}

/**
 * Reads arrays as a dataset.
 *
 * @param source  The path, for messages.
 * @throws QgtError `bad-data` if they don't have the same number of rows, or don't fit the model.
 */
export async function arrayDataset(
  source: string,
  arrays: DatasetArrays,
  options: ReadOptions,
): Promise<Dataset> {
  const count = commonCount(source, [...arrays.inputs, ...arrays.labels]);
  const shapes = arrays.inputs.map(({ bytes, shape: [, ...row] }, index) =>
    inputShape(bytes.where, row, options.inputs[index]!),
  );
  return buildDataset(source, options, async (store) => {
    const inputs: Rows[] = [];
    for (const [index, array] of arrays.inputs.entries()) {
      inputs.push(await arrayRows(array, shapes[index]!, store, { signal: options.signal }));
    }
    return { count, inputs, labels: await arrayLabels(source, arrays.labels, options, store), skipped: [] };
  });
}

function commonCount(source: string, arrays: readonly ArraySource[]): number {
  const counts = new Set(arrays.map(({ shape }) => shape[0]!));
  if (counts.size > 1) {
    throw new QgtError('bad-data', {
      where: source,
      what: 'the arrays have different numbers of rows',
      got: arrays.map(({ bytes, shape }) => `${bytes.where} ${formatShape(shape)}`).join(', '),
      expected: 'one row per sample in each',
    });
  }
  const [count = 0] = counts;
  if (count === 0) throw new QgtError('bad-data', { where: source, what: 'there are no samples in it' });
  return count;
}
