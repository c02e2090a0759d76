import { QgtError, type Shape, throwIfAborted } from '../../core/index.js';
import { checkClassNames } from '../class-labels.js';
import type { Dataset, Labels, ReadOptions } from '../dataset.js';
import { buildDataset } from '../dataset-builder.js';
import { createOneHotReader } from '../one-hot.js';
import type { RowStore } from '../rows/index.js';
import { createClassColumn } from './class-column.js';
import { labelColumns, type TableColumns, tableColumns } from './columns.js';
import { cellNumber, readTable, type TableLine } from './table.js';

/**
 * Reads a CSV file with a header: one sample a line, numbers in all columns but the label's, which may hold names.
 *
 * The number of columns and the label's name tell which column is which (see `tableColumns`).
 */
export function csvDataset(path: string, options: ReadOptions): Promise<Dataset> {
  return buildDataset(path, options, (store) => readSamples(path, options, store));
}

/** The columns that may be the label of a CSV file, likeliest first (see `labelColumns`). */
export async function csvLabelColumns(path: string, options: ReadOptions): Promise<readonly string[]> {
  const lines = readTable(path);
  try {
    const first = await lines.next();
    return first.done === true ? [] : labelColumns(path, first.value.cells, options);
  } finally {
    await lines.return(undefined);
  }
}

async function readSamples(path: string, options: ReadOptions, store: RowStore): Promise<Samples> {
  const lines = readTable(path);
  try {
    const first = await lines.next();
    if (first.done === true) throw new QgtError('bad-data', { where: path, what: 'the file is empty' });
    const header = first.value.cells;
    const columns = tableColumns(path, header, options);
    const numbers: CellNumbers = (line, group) =>
      Float32Array.from(group, (column) => cellNumber(path, line, column, header));
    const inputs = options.inputs.map(({ shape }) => store.writer(shape as Shape, 'float32'));
    const labels = createLabelColumns({ path, options, store }, columns.labels, numbers);
    let count = 0;
    for await (const line of lines) {
      throwIfAborted(options.signal);
      for (const [index, group] of columns.inputs.entries()) inputs[index]!.append(numbers(line, group));
      labels.append(line);
      count++;
    }
    if (count === 0) throw new QgtError('bad-data', { where: path, what: 'there are no samples in it' });
    return {
      count,
      inputs: inputs.map((writer) => writer.finish()),
      labels: await labels.finish(),
      labelColumns: labelColumnsOf(columns).map((column) => header[column]!),
      skipped: [],
    };
  } finally {
    await lines.return(undefined);
  }
}

function labelColumnsOf({ labels }: TableColumns): readonly number[] {
  if (labels.kind === 'class') return [labels.column];
  return labels.kind === 'values' ? labels.outputs.flat() : [];
}

type Samples = Omit<Dataset, 'source' | 'close'>;

/** The numbers in some cells of a line. */
type CellNumbers = (line: TableLine, columns: readonly number[]) => Float32Array;

interface LabelColumns {
  append(line: TableLine): void;
  finish(): Promise<Labels>;
}

/** A file on its way into a store. */
interface CsvImport {
  readonly path: string;
  readonly options: ReadOptions;
  readonly store: RowStore;
}

function createLabelColumns(
  { path, options, store }: CsvImport,
  labels: TableColumns['labels'],
  numbers: CellNumbers,
): LabelColumns {
  if (labels.kind === 'none') return { append: () => {}, finish: async () => ({ kind: 'none' }) };
  if (labels.kind === 'class') {
    const column = createClassColumn(path, options, store);
    return { append: ({ cells, line }) => column.append(cells[labels.column]!, line), finish: column.finish };
  }
  const writers = labels.outputs.map((group, index) => {
    const shape = options.outputs[index]!.shape.map((dimension) => dimension ?? 1);
    return { group, writer: store.writer(shape, 'float32') };
  });
  const width = labels.outputs[0]!.length;
  const oneHot = writers.length === 1 && width > 1 ? createOneHotReader(width, store) : undefined;
  if (oneHot !== undefined && options.classes !== undefined) checkClassNames(path, options.classes, options);
  return {
    append(line) {
      for (const { group, writer } of writers) {
        const values = numbers(line, group);
        oneHot?.visit(values);
        writer.append(values);
      }
    },
    async finish() {
      const classes = oneHot?.finish();
      const rows = writers.map(({ writer }) => writer.finish());
      if (classes === undefined) return { kind: 'values', rows };
      for (const values of rows) await values.close();
      return { kind: 'classes', rows: classes, names: options.classes };
    },
  };
}
