import { createRandom, type Random } from '../core/index.js';
import type { DrawnRange, SweepSpec } from './spec.js';

/** Options that one trial has beside those that all have. */
export type Combination = Readonly<Record<string, unknown>>;

/** Combinations of a sweep, for each of its models: all of the grid, the last option changing first, or those drawn. */
export function combinationsOf({ grid, random }: Pick<SweepSpec, 'grid' | 'random'>): Combination[] {
  return random === undefined ? gridOf(grid) : drawn(random);
}

function gridOf(grid: SweepSpec['grid']): Combination[] {
  return Object.entries(grid).reduce<Combination[]>(
    (made, [name, values]) =>
      made.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  );
}

function drawn({ trials, seed, options }: NonNullable<SweepSpec['random']>): Combination[] {
  const random = createRandom(seed);
  // By name, so that their order in the file says nothing.
  const named = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return Array.from({ length: trials }, () =>
    Object.fromEntries(named.map(([name, from]) => [name, draw(from, random)])),
  );
}

function draw(from: readonly unknown[] | DrawnRange, random: Random): unknown {
  const share = random.next();
  if (!isRange(from)) return from[Math.floor(share * from.length)];
  const { from: low, to: high, scale, whole } = from;
  if (whole) return Math.min(high, Math.floor(between(low, high + 1, scale, share)));
  // Short enough to be read and typed.
  return Number(between(low, high, scale, share).toPrecision(4));
}

const isRange = (from: readonly unknown[] | DrawnRange): from is DrawnRange => !Array.isArray(from);

const between = (low: number, high: number, scale: DrawnRange['scale'], share: number): number =>
  scale === 'log' ? low * (high / low) ** share : low + share * (high - low);
