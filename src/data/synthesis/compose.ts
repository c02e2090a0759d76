import { type Random, sizeOf } from '../../core/index.js';
import type { Rows } from '../dataset.js';

/** An input that is one row up to some place along one of its sides, and another from there on. */
export interface Composition {
  readonly first: number;
  readonly second: number;
  /** Share of the side that the first one has; 1: all of it. */
  readonly share: number;
  /** 0 or 1: which of the first two sides is cut, where there are two. */
  readonly side: number;
}

/**
 * Draws inputs that are composed of others: values and their neighbourhoods stay as they are, only what stands beside
 * what is new. The first ones are the rows as they are.
 *
 * @param rows  Number of rows to compose of.
 * @see CutMix, Yun et al. 2019, arXiv:1905.04899.
 */
export function drawCompositions(rows: number, count: number, random: Random): Composition[] {
  return Array.from({ length: count }, (_, index) =>
    index < rows
      ? { first: index, second: index, share: 1, side: 0 }
      : {
          first: random.below(rows),
          second: random.below(rows),
          share: random.next(),
          side: random.below(2),
        },
  );
}

/** Rows that are composed when they are read. */
export function composedRows(rows: Rows, compositions: readonly Composition[]): Rows {
  const size = sizeOf(rows.shape);
  return {
    ...rows,
    count: compositions.length,
    read: async (indices) => {
      const chosen = indices.map((index) => compositions[index]!);
      const result = await rows.read(chosen.map(({ first }) => first));
      const others = await rows.read(chosen.map(({ second }) => second));
      for (const [row, { share, side }] of chosen.entries())
        for (const [from, to] of secondParts(rows.shape, share, side))
          result.set(others.subarray(row * size + from, row * size + to), row * size + from);
      return result;
    },
  };
}

/** The places in a row, [from, to), that the second of two rows fills. */
function secondParts(shape: Rows['shape'], share: number, side: number): [from: number, to: number][] {
  // The last of several sides are channels, which belong together.
  const sides = Math.max(1, Math.min(2, shape.length - 1));
  const axis = side % sides;
  const length = shape[axis] ?? 1;
  const inner = sizeOf(shape.slice(axis + 1));
  const cut = Math.round(share * length);
  return Array.from({ length: sizeOf(shape.slice(0, axis)) }, (_, outer) => [
    (outer * length + cut) * inner,
    (outer + 1) * length * inner,
  ]);
}
