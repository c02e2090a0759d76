import { evenStep, nearestCode } from './grid.js';

/** A line `scale * level + offset`. */
interface Line {
  readonly scale: number;
  readonly offset: number;
}

/** Sums over a channel's values of the levels nearest to them on a line, of level times value, and of the levels' squares. */
export type LevelSums = (line: Line) => readonly [number, number, number];

/** Sums value by value. */
export function levelSums(values: Float32Array, levels: Float32Array): LevelSums {
  const step = evenStep(levels);
  if (step !== null) return (line) => evenSums(values, levels, step, line);
  const nearest = nearestCode(levels);
  return ({ scale, offset }) => {
    let [sumLevel, sumProduct, sumSquare] = [0, 0, 0];
    for (const value of values) {
      const level = levels[nearest((value - offset) / scale)]!;
      sumLevel += level;
      sumProduct += level * value;
      sumSquare += level * level;
    }
    return [sumLevel, sumProduct, sumSquare];
  };
}

/** The same for even steps: most time of fitting goes here, so `nearestCode` is written out. */
function evenSums(
  values: Float32Array,
  levels: Float32Array,
  step: number,
  { scale, offset }: Line,
): readonly [number, number, number] {
  const first = levels[0]!;
  const last = levels.length - 1;
  let sumLevel = 0;
  let sumProduct = 0;
  let sumSquare = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    const code = Math.floor(((value - offset) / scale - first) / step + 0.5);
    const level = levels[code < 0 ? 0 : code > last ? last : code]!;
    sumLevel += level;
    sumProduct += level * value;
    sumSquare += level * level;
  }
  return [sumLevel, sumProduct, sumSquare];
}

/**
 * Sums level by level, over values that are sorted in place: what many lines take is less than what sorting does.
 *
 * @param values  Finite.
 */
export function sortedSums(values: Float32Array, levels: Float32Array): LevelSums {
  values.sort();
  const sumUpTo = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) sumUpTo[index + 1] = sumUpTo[index]! + values[index]!;
  return ({ scale, offset }) => {
    let [sumLevel, sumProduct, sumSquare, from] = [0, 0, 0, 0];
    for (let code = 0; code < levels.length; code++) {
      const level = levels[code]!;
      const next = levels[code + 1];
      const to =
        next === undefined ? values.length : firstFrom(values, ((level + next) / 2) * scale + offset, from);
      sumLevel += level * (to - from);
      sumProduct += level * (sumUpTo[to]! - sumUpTo[from]!);
      sumSquare += level * level * (to - from);
      from = to;
    }
    return [sumLevel, sumProduct, sumSquare];
  };
}

/** Index of the first value that is not below a limit, from an index on; their number where there is none. */
function firstFrom(sorted: Float32Array, limit: number, from: number): number {
  let high = sorted.length;
  let low = from;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
