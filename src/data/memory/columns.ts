import {
  formatShape,
  type Named,
  namesOf,
  namesText,
  QgtError,
  type Shape,
  sizeOf,
} from '../../core/index.js';
import { type Element, type ElementName, elementOf } from '../arrays/element.js';
import type { ReadOptions } from '../dataset.js';
import { type DataArrays, isShaped, type NumberArray } from './data-in-memory.js';

/** The array of one input or output, its shape known. */
export interface Column {
  /** For messages: `xs`, or `xs.image`. */
  readonly where: string;
  readonly values: NumberArray;
  readonly shape: Shape;
  readonly element: Element;
}

/** The arrays of all inputs, and of all outputs or none, in the model's order. */
export interface Columns {
  readonly inputs: readonly Column[];
  readonly labels: readonly Column[];
}

interface Spec extends Named {
  readonly shape: readonly (number | null)[];
}

const ELEMENTS: Readonly<Record<string, ElementName>> = {
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Buffer: 'uint8',
  Int8Array: 'int8',
  Uint16Array: 'uint16',
  Int16Array: 'int16',
  Uint32Array: 'uint32',
  Int32Array: 'int32',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

/**
 * Finds the array of each input and output, and its shape where the model tells it.
 *
 * @param where  Their holder, for messages.
 * @throws QgtError `bad-data` where one is missing, no typed array, or has another number of values than its shape.
 */
export function columnsOf(
  where: string,
  { xs, ys }: DataArrays,
  { inputs, outputs }: Pick<ReadOptions, 'inputs' | 'outputs'>,
): Columns {
  const first = arraysOf(`${where} xs`, xs, inputs).map(([name, array, spec]) =>
    column(name, array, () => [-1, ...wholeShape(name, spec)]),
  );
  const count = first[0]!.shape[0]!;
  const labels =
    ys === undefined
      ? []
      : arraysOf(`${where} ys`, ys, outputs).map(([name, array, { shape }]) =>
          column(name, array, (length) => (length === count ? [count] : [count, ...(shape as Shape)])),
        );
  return { inputs: first, labels };
}

/** The array of each input or output with its name in messages; one by itself is that of the only one. */
function arraysOf(where: string, given: unknown, specs: readonly Spec[]): [string, unknown, Spec][] {
  const held = Object(given) as Readonly<Record<string, unknown>>;
  if (ArrayBuffer.isView(given) || isShaped(held)) {
    if (specs.length === 1) return [[where, given, specs[0]!]];
    throw new QgtError('bad-data', {
      where,
      what: 'one array for several',
      expected: `an object of arrays by name: ${specs.map(namesText).join(', ')}`,
    });
  }
  const unknown = Object.keys(held).find((name) => !specs.some((spec) => namesOf(spec).includes(name)));
  const found = specs.map((spec) => namesOf(spec).find((name) => held[name] !== undefined));
  const missing = specs.find((_, index) => found[index] === undefined);
  if (unknown === undefined && missing === undefined)
    return specs.map((spec, index) => [`${where}.${found[index]}`, held[found[index]!], spec]);
  throw new QgtError('bad-data', {
    where,
    what: unknown === undefined ? `no array of ${missing!.name}` : `the model has no ${unknown}`,
    got: Object.keys(held).join(', ') || String(given),
    expected: specs.map(namesText).join(', '),
    remedy: 'give a typed array, or an object of them by name',
  });
}

/** @param shapeOf  The shape of an array of so many values that has none of its own; -1 for the count. */
function column(where: string, given: unknown, shapeOf: (length: number) => Shape): Column {
  const own = isShaped(Object(given) as object) ? (given as { values: unknown; shape: Shape }) : undefined;
  const values = own?.values ?? given;
  const name = ArrayBuffer.isView(values) ? ELEMENTS[values.constructor.name] : undefined;
  if (name === undefined) {
    throw new QgtError('bad-data', {
      where,
      what: 'no typed array of numbers',
      got: Object(given).constructor.name,
      expected: Object.keys(ELEMENTS).join(', '),
    });
  }
  const numbers = values as NumberArray;
  const shape = withCount(own?.shape ?? shapeOf(numbers.length), numbers.length);
  if (sizeOf(shape) !== numbers.length || !shape.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new QgtError('bad-data', {
      where,
      what: 'there are not as many values as its shape says',
      got: numbers.length,
      expected: formatShape(shape),
      remedy: 'give { values, shape }, the count of samples first in the shape',
    });
  }
  return { where, values: numbers, shape, element: elementOf(name, true) };
}

const withCount = ([count, ...row]: Shape, length: number): Shape => [
  count === -1 ? Math.floor(length / sizeOf(row)) : count!,
  ...row,
];

function wholeShape(where: string, { name, shape }: Spec): Shape {
  if (shape.every((size) => size !== null)) return shape as Shape;
  throw new QgtError('bad-data', {
    where,
    what: `the model leaves sizes of ${name} open, and the array has no shape`,
    got: formatShape(shape),
    remedy: 'give { values, shape }, the count of samples first in the shape',
  });
}
