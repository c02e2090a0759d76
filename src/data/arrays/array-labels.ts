import { formatShape, QgtError, type Shape } from '../../core/index.js';
import { checkClassIndices, checkClassNames, classCount, outputWidth } from '../class-labels.js';
import type { Labels, OutputSpec, ReadOptions, Rows } from '../dataset.js';
import { asOneHot, createOneHotReader } from '../one-hot.js';
import type { RowStore } from '../rows/index.js';
import { arrayRows } from './array-rows.js';
import type { ArraySource } from './array-source.js';

/**
 * Reads arrays as labels: one number a sample as its class where the output has several elements, else as target
 * values; rows that are one-hot throughout as classes too. Classes of one output among several are made one-hot.
 *
 * @param arrays  One per output, or none.
 * @throws QgtError `bad-data` if their shapes or values don't fit the outputs.
 */
export async function arrayLabels(
  source: string,
  arrays: readonly ArraySource[],
  options: ReadOptions,
  store: RowStore,
): Promise<Labels> {
  const { outputs, signal, classes: names } = options;
  const [first] = arrays;
  if (first === undefined) return { kind: 'none' };
  if (names !== undefined) checkClassNames(source, names, options);
  if (outputs.length === 1 && areClasses(first, outputs[0]!)) {
    return {
      kind: 'classes',
      rows: await classRows(first, classCount(source, outputs), options, store),
      names,
    };
  }
  const widths = arrays.map((array, index) => classWidth(array, outputs, index));
  const shapes = arrays.map((array, index) =>
    widths[index] === null ? targetShape(array, outputs[index]!) : [],
  );
  if (outputs.length === 1 && shapes[0]!.length === 1 && shapes[0]![0]! > 1) {
    return oneHotOrValues(first, shapes[0]!, options, store);
  }
  const rows: Rows[] = [];
  for (const [index, array] of arrays.entries()) {
    const width = widths[index]!;
    rows.push(
      width === null
        ? await arrayRows(array, shapes[index]!, store, { signal })
        : asOneHot(await classRows(array, width, options, store), width),
    );
  }
  return { kind: 'values', rows };
}

/** One class index a sample, each checked. */
function classRows(
  array: ArraySource,
  count: number | undefined,
  { signal }: ReadOptions,
  store: RowStore,
): Promise<Rows> {
  const rowName = (row: number) => `${array.bytes.where}, row ${row}`;
  return arrayRows(array, [], store, {
    visit: (labels, firstRow) => checkClassIndices(labels, count, (index) => rowName(firstRow + index)),
    signal,
  });
}

/** The number of classes where an array holds one class a sample for one output of several; null: it holds values. */
function classWidth(array: ArraySource, outputs: readonly OutputSpec[], index: number): number | null {
  const output = outputs[index]!;
  const [width = null, ...inner] = output.shape;
  return outputs.length > 1 && inner.length === 0 && areClasses(array, output) ? width : null;
}

async function oneHotOrValues(
  array: ArraySource,
  shape: Shape,
  { classes: names, signal }: ReadOptions,
  store: RowStore,
): Promise<Labels> {
  const oneHot = createOneHotReader(shape[0]!, store);
  const values = await arrayRows(array, shape, store, { visit: oneHot.visit, signal });
  const rows = oneHot.finish();
  if (rows === undefined) return { kind: 'values', rows: [values] };
  await values.close();
  return { kind: 'classes', rows, names };
}

/** One number a sample; where the model doesn't say how wide its output is, whole ones only. */
function areClasses({ shape, element }: ArraySource, output: OutputSpec): boolean {
  const width = outputWidth(output);
  if (width === undefined ? element.dtype === 'float32' : width === 1) return false;
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}

/** The output's shape, with open dimensions filled from the array. */
function targetShape({ bytes, shape: [, ...row] }: ArraySource, { name, shape }: OutputSpec): Shape {
  if (isAllOnes(shape) && isAllOnes(row)) return shape.map(() => 1);
  if (row.length === shape.length && row.every((size, axis) => size === (shape[axis] ?? size))) return row;
  throw new QgtError('bad-data', {
    where: bytes.where,
    what: `its rows don't fit the model's output ${name}`,
    got: formatShape(row),
    expected: formatShape(shape),
    remedy: 'save one row of targets, or one class number, per sample',
  });
}

function isAllOnes(shape: readonly (number | null)[]): boolean {
  return shape.every((dimension) => dimension === 1);
}
