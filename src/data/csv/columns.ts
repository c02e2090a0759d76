import { QgtError, sizeOf } from '../../core/index.js';
import { outputWidth } from '../class-labels.js';
import type { ReadOptions } from '../dataset.js';

/** Columns of a table that make one row of an input or an output, by index. */
export type ColumnGroup = readonly number[];

/** Which column is what. */
export interface TableColumns {
  /** One group per input. */
  readonly inputs: readonly ColumnGroup[];
  readonly labels:
    | { readonly kind: 'none' }
    | { readonly kind: 'class'; readonly column: number }
    /** One group per output. */
    | { readonly kind: 'values'; readonly outputs: readonly ColumnGroup[] };
}

/** Names of a label column, best first. */
const LABEL_NAMES = ['label', 'class', 'target', 'y'];

/**
 * Tells the columns of a table apart by their number: as many as the inputs take are inputs; one more is the label,
 * which is the one called label, class, target or y (unless there is an x), or else the last; as many more as the
 * outputs have are targets.
 *
 * @throws QgtError `bad-data` for any other number, or if the first line holds numbers instead of names.
 */
export function tableColumns(path: string, header: readonly string[], options: ReadOptions): TableColumns {
  if (header.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new QgtError('bad-data', {
      where: `${path}: line 1`,
      what: 'the first line must name the columns',
      got: header.slice(0, 4).join(','),
      remedy: 'add a line such as a,b,c,label',
    });
  }
  const inputSizes = options.inputs.map(({ name, shape }) => fixedSize(path, name, shape));
  const outputSizes = options.outputs.map(outputWidth);
  const width = sum(inputSizes);
  const outputsWidth = outputSizes.includes(undefined) ? 1 : sum(outputSizes.map((size) => size!));
  const all = header.map((_, column) => column);
  if (header.length === width) return { inputs: grouped(all, inputSizes), labels: { kind: 'none' } };
  if (header.length === width + 1 && options.outputs.length === 1) {
    const label = labelColumn(header);
    const inputs = grouped(
      all.filter((column) => column !== label),
      inputSizes,
    );
    const isValue = outputSizes[0] === 1;
    return {
      inputs,
      labels: isValue ? { kind: 'values', outputs: [[label]] } : { kind: 'class', column: label },
    };
  }
  if (header.length === width + outputsWidth) {
    const sizes = outputSizes.map((size) => size ?? 1);
    return {
      inputs: grouped(all, inputSizes),
      labels: { kind: 'values', outputs: grouped(all.slice(width), sizes) },
    };
  }
  throw wrongCount(path, header, width, outputsWidth);
}

/** Beside a column x, y is a coordinate. */
function labelColumn(header: readonly string[]): number {
  const names = header.map((name) => name.toLowerCase());
  const labelNames = LABEL_NAMES.filter((name) => name !== 'y' || !names.includes('x'));
  const named = labelNames.map((name) => names.indexOf(name)).find((column) => column >= 0);
  return named ?? header.length - 1;
}

/** Neighbouring columns in groups of these sizes. */
function grouped(columns: readonly number[], sizes: readonly number[]): number[][] {
  return sizes.map((size, index) => {
    const start = sum(sizes.slice(0, index));
    return columns.slice(start, start + size);
  });
}

function fixedSize(path: string, name: string, shape: readonly (number | null)[]): number {
  const whole = shape.filter((dimension) => dimension !== null);
  if (whole.length === shape.length) return sizeOf(whole);
  throw new QgtError('bad-data', {
    where: path,
    what: `a table can't tell the size of the model's input ${name}, which takes any`,
    remedy: 'use an .npz file',
  });
}

function wrongCount(path: string, header: readonly string[], width: number, targets: number): QgtError {
  return new QgtError('bad-data', {
    where: path,
    what: "the number of columns doesn't fit the model",
    got: `${header.length} (${header.slice(0, 8).join(', ')}${header.length > 8 ? ', ...' : ''})`,
    expected: `${width} inputs, and a label${targets > 1 ? ` or ${targets} targets` : ''} where there is one`,
    remedy:
      header.length === 1
        ? 'separate the columns by commas'
        : 'leave out the columns that the model does not take',
  });
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
