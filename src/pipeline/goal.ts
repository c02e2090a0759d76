import type { Bits } from '../quantize/index.js';

/** The options that say what a compression is to reach. */
export interface GoalOptions {
  readonly bits: Bits | 'auto';
  readonly rate?: number | 'auto';
  readonly maxBytes?: number;
  readonly minRatio?: number;
  /** In points of accuracy or agreement, or hundredths of R2. */
  readonly maxDrop?: number;
}

/** The least loss within a size. */
export interface SizeGoal {
  readonly kind: 'size';
  readonly option: 'max-bytes' | 'min-ratio';
  readonly mostBytes: number;
}

/** The smallest file within a loss. */
export interface DropGoal {
  readonly kind: 'drop';
  readonly option: 'max-drop';
  /** In points. */
  readonly mostDrop: number;
}

/** What the widths of a model's layers are chosen for. */
export type Goal = SizeGoal | DropGoal;

/** Options that make no sense together: the one to name, and what is wrong with it. */
export interface GoalProblem {
  readonly option: keyof GoalOptions;
  readonly message: string;
}

/** What speaks against these options; null: nothing. */
export function findGoalProblem({ bits, rate, ...limits }: GoalOptions): GoalProblem | null {
  const [given] = (['maxBytes', 'minRatio', 'maxDrop'] as const).filter((name) => limits[name] !== undefined);
  if (bits !== 'auto' && rate === 'auto') return null;
  if (bits !== 'auto')
    return given === undefined ? null : { option: given, message: 'must be given with --bits auto' };
  if (given === undefined) {
    const message = 'must be a width, unless --max-bytes, --min-ratio or --max-drop says what auto is for';
    return { option: 'bits', message };
  }
  if (limits.maxDrop === undefined || given === 'maxDrop') return null;
  return { option: 'maxDrop', message: 'must be given without --max-bytes and --min-ratio' };
}

/**
 * The goal that options without a problem set; of two sizes the smaller.
 *
 * @param bytesBefore  Of model.json and its shards.
 */
export function goalOf({ maxBytes, minRatio, maxDrop }: GoalOptions, bytesBefore: number): Goal {
  if (maxDrop !== undefined) return { kind: 'drop', option: 'max-drop', mostDrop: maxDrop };
  return sizeGoalOf({ maxBytes, minRatio }, bytesBefore);
}

/** The smaller of the sizes that options allow. */
export function sizeGoalOf(
  { maxBytes, minRatio }: Pick<GoalOptions, 'maxBytes' | 'minRatio'>,
  bytesBefore: number,
): SizeGoal {
  const byRatio = minRatio === undefined ? Number.POSITIVE_INFINITY : Math.floor(bytesBefore / minRatio);
  return maxBytes !== undefined && maxBytes <= byRatio
    ? { kind: 'size', option: 'max-bytes', mostBytes: maxBytes }
    : { kind: 'size', option: 'min-ratio', mostBytes: byRatio };
}
