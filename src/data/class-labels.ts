import { QgtError } from '../core/index.js';
import type { OutputSpec, ReadOptions } from './dataset.js';

/** The elements of one sample of an output; undefined where the model leaves a dimension open. */
export function outputWidth({ shape }: OutputSpec): number | undefined {
  return shape.reduce<number | undefined>(
    (product, dimension) => (product === undefined || dimension === null ? undefined : product * dimension),
    1,
  );
}

/**
 * Number of classes that a model distinguishes: the width of its output, or 2 for a single value; undefined if
 * it is open.
 *
 * @throws QgtError `bad-data` for a model with several outputs.
 */
export function classCount(source: string, outputs: readonly OutputSpec[]): number | undefined {
  if (outputs.length !== 1) {
    throw new QgtError('bad-data', {
      where: source,
      what: `class labels for a model with ${outputs.length} outputs`,
      remedy:
        'use an .npz file with one array per output (y0, y1, ...: values, class numbers or one-hot rows)',
    });
  }
  const width = outputWidth(outputs[0]!);
  return width === 1 ? 2 : width;
}

/**
 * Checks a list of class names against the model's output.
 *
 * @param remedy  What to do if their number is wrong.
 * @throws QgtError `bad-data` if there are more or fewer than the model tells apart, or one stands twice.
 */
export function checkClassNames(
  source: string,
  names: readonly string[],
  { outputs }: ReadOptions,
  remedy = 'name one class per output with --classes',
): void {
  const expected = classCount(source, outputs);
  const listed = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  if (expected !== undefined && names.length !== expected) {
    throw new QgtError('bad-data', {
      where: source,
      what: "the number of classes is not that of the model's outputs",
      got: `${names.length} (${listed})`,
      expected,
      remedy,
    });
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new QgtError('bad-data', { where: source, what: `class ${twice} stands twice` });
}

/**
 * Checks that labels are indices of classes.
 *
 * @param rowName  Names a row in the message, given its index.
 * @throws QgtError `bad-data`, naming the first row whose label isn't.
 */
export function checkClassIndices(
  labels: ArrayLike<number>,
  count: number | undefined,
  rowName: (index: number) => string,
): void {
  const last = count === undefined ? Number.POSITIVE_INFINITY : count - 1;
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index]!;
    if (Number.isInteger(label) && label >= 0 && label <= last) continue;
    throw new QgtError('bad-data', {
      where: rowName(index),
      what: 'the label is not one of the classes',
      got: label,
      expected: count === undefined ? 'a whole number from 0 up' : `a whole number from 0 to ${last}`,
      remedy: 'number the classes from 0 in the order of the outputs',
    });
  }
}
