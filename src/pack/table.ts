import { type DType, MAX_RANK, type Shape } from '../core/index.js';
import { damaged } from './damage.js';
import type { LevelsEntry } from './levels.js';

/** Line of the tensor table for a tensor with bytes of its own; their offset follows from the lines before. */
interface Entry {
  /** Name. */
  readonly n: string;
  /** Shape. */
  readonly s: Shape;
  /** Bytes of the values or codes, where nothing else tells them. */
  readonly b?: number;
}

/** A raw tensor. */
export interface RawEntry extends Entry {
  /** Absent: float32. */
  readonly d?: Exclude<DType, 'float32'>;
}

/** A tensor of codes. Its parts in the data, in order: levels unless evenly spaced, scales, offsets, codes. */
export interface CodesEntry extends Entry {
  /** Coder, in version 1. */
  readonly c?: string;
  /** Levels; only entries of codes have them. */
  readonly l: LevelsEntry;
  /** Axes; absent: one scale for all. */
  readonly a?: readonly number[];
  /** 1: there are offsets. */
  readonly o?: 1;
}

/** A tensor that equals an earlier one except for its name. */
export interface RepeatedEntry {
  readonly n: string;
  /** Index of the earlier entry. */
  readonly r: number;
}

export type TableEntry = RawEntry | CodesEntry | RepeatedEntry;

/** Whether a value is an object with string keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a string. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

/** Whether a value is missing or what `is` says. */
export function isAbsentOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || is(value);
}

/** Whether axes are dimensions of a shape, ascending without a gap. */
export function areNeighbours(axes: readonly number[], shape: Shape): boolean {
  return axes.every((axis, index) => axis < shape.length && axis === axes[0]! + index);
}

/**
 * Checks one entry of the table.
 *
 * @throws QgtError `bad-qgt`.
 */
export function parseEntry(value: unknown, where: string): TableEntry {
  const sound =
    isRecord(value) && isString(value.n) && (value.r === undefined ? hasForm(value) : isCount(value.r));
  if (!sound) throw damaged(where, 'not a tensor in the table');
  return value as unknown as TableEntry;
}

function hasForm(value: Readonly<Record<string, unknown>>): boolean {
  return (
    isCounts(value.s) &&
    value.s.length <= MAX_RANK &&
    isAbsentOr(isCount, value.b) &&
    (value.l === undefined ? isDType(value.d) : isCodes(value, value.s))
  );
}

function isCodes({ c, l, a, o }: Readonly<Record<string, unknown>>, shape: Shape): boolean {
  return (
    isAbsentOr(isString, c) &&
    isAbsentOr((axes) => isCounts(axes) && areNeighbours(axes, shape), a) &&
    isAbsentOr((one) => one === 1, o) &&
    isLevelCount(Array.isArray(l) && l.length === 3 && l.every(Number.isFinite) ? l[2] : l)
  );
}

function isDType(value: unknown): boolean {
  return value === undefined || ['int32', 'bool', 'string', 'complex64'].includes(value as string);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function isLevelCount(value: unknown): boolean {
  return isCount(value) && value >= 2 && value <= 256;
}
