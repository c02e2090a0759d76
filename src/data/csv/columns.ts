import { QgtError, sizeOf } from '../../core/index.js';
import { outputWidth } from '../class-labels.js';
import type { ReadOptions } from '../dataset.js';

/** Columns of a table that make one row of an input or an output, by index. */
export type ColumnGroup = readonly number[];

/** Assignment of a table's columns to inputs and labels. */
export interface TableColumns {
  /** One group per input. */
  readonly inputs: readonly ColumnGroup[];
  readonly labels:
    | { readonly kind: 'none' }
    | { readonly kind: 'class'; readonly column: number }
    /** One group per output. */
    | { readonly kind: 'values'; readonly outputs: readonly ColumnGroup[] };
}

/** Names that only a label column has, best first. */
const LABEL_NAMES = ['label', 'target', 'y'];

/**
 * Tells the columns of a table apart by their number: as many as the inputs take are inputs; one more is the label,
 * which is the one that the options name, or else the first of `labelColumns`; as many more as the outputs have are
 * targets.
 *
 * @throws QgtError `bad-data` for any other number, if the first line holds numbers instead of names, or if the table
 *   has no such label.
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
  const inputSizes = inputSizesOf(path, options);
  const outputSizes = options.outputs.map(outputWidth);
  const width = sum(inputSizes);
  const outputsWidth = outputSizes.includes(undefined) ? 1 : sum(outputSizes.map((size) => size!));
  const all = header.map((_, column) => column);
  const [usual] = labelColumns(path, header, options);
  if (usual !== undefined) {
    const label = columnOf(path, header, options.labelColumn ?? usual);
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
  if (options.labelColumn !== undefined) throw noLabel(path, header, width, options.labelColumn);
  if (header.length === width) return { inputs: grouped(all, inputSizes), labels: { kind: 'none' } };
  if (header.length === width + outputsWidth) {
    const sizes = outputSizes.map((size) => size ?? 1);
    return {
      inputs: grouped(all, inputSizes),
      labels: { kind: 'values', outputs: grouped(all.slice(width), sizes) },
    };
  }
  throw wrongCount(path, header, width, outputsWidth);
}

/**
 * The columns that may be the label of a table with one column more than the inputs take, likeliest first: the one
 * called label, target or y (unless there is an x), or else the last, or one called class, which may as well be a
 * feature.
 */
export function labelColumns(path: string, header: readonly string[], options: ReadOptions): string[] {
  const isLabelled = header.length === sum(inputSizesOf(path, options)) + 1 && options.outputs.length === 1;
  if (!isLabelled) return [];
  const named = (wanted: string) => header.find((name) => name.toLowerCase() === wanted);
  // Beside a column x, y is a coordinate.
  const label = LABEL_NAMES.filter((name) => name !== 'y' || named('x') === undefined).map(named);
  const sure = label.find((name) => name !== undefined);
  if (sure !== undefined) return [sure];
  const usual = [header.at(-1), named('class')].filter((name) => name !== undefined);
  return [...new Set(usual)];
}

/** A column by its name, in whatever case. */
function columnOf(path: string, header: readonly string[], name: string): number {
  const exact = header.lastIndexOf(name);
  const column =
    exact >= 0 ? exact : header.findLastIndex((each) => each.toLowerCase() === name.toLowerCase());
  if (column >= 0) return column;
  throw new QgtError('bad-data', {
    where: path,
    what: `there is no column ${name}`,
    got: header.join(', '),
    remedy: 'name one of them with --label-column',
  });
}

function inputSizesOf(path: string, { inputs }: ReadOptions): number[] {
  return inputs.map(({ name, shape }) => fixedSize(path, name, shape));
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

function noLabel(path: string, header: readonly string[], width: number, name: string): QgtError {
  return new QgtError('bad-data', {
    where: path,
    what: `column ${name} can't be the only label`,
    got: `${header.length} columns`,
    expected: `${width} inputs and the label, for a model with one output`,
    remedy: 'leave out --label-column, or the columns that the model does not take',
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
