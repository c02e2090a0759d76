import type { Bits } from '../quantize/index.js';

/** The options that set the goal of a compression. */
export interface GoalOptions {
  readonly bits: Bits | 'auto';
  readonly maxBytes?: number | undefined;
  readonly minRatio?: number | undefined;
  /** In points of accuracy or agreement, or hundredths of R2. */
  readonly maxDrop?: number | undefined;
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

/** Goal of the choice of layer widths. */
export type Goal = SizeGoal | DropGoal;

/** Options that say what widths of auto are for. */
const GOAL_FLAGS = ['--max-bytes', '--min-ratio', '--max-drop'] as const;

/**
 * Finds a contradiction in these options; null: there is none.
 *
 * @param flags  Those of the options that say what auto is for which the command has.
 */
export function findGoalProblem(
  options: GoalOptions,
  flags: readonly (typeof GOAL_FLAGS)[number][] = GOAL_FLAGS,
): string | null {
  return options.bits !== 'auto' || limitsSize(options) || options.maxDrop !== undefined
    ? null
    : `must be a width, unless ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(flags)} says what auto is for`;
}

/** Whether options limit the size of the file. */
export function limitsSize({ maxBytes, minRatio }: Pick<GoalOptions, 'maxBytes' | 'minRatio'>): boolean {
  return maxBytes !== undefined || minRatio !== undefined;
}

/** Whether widths are chosen for a size. */
export function aimsAtSize(options: GoalOptions): boolean {
  return options.bits === 'auto' && limitsSize(options);
}

/** Whether widths are chosen by the drop: a size takes precedence, and a drop given with it is only a limit. */
export function aimsAtDrop(options: GoalOptions): boolean {
  return options.bits === 'auto' && options.maxDrop !== undefined && !limitsSize(options);
}

/**
 * The goal that valid options set; the smaller of two sizes.
 *
 * @param bytesBefore  Of model.json and its shards.
 */
export function goalOf(options: GoalOptions, bytesBefore: number): Goal {
  return aimsAtDrop(options)
    ? { kind: 'drop', option: 'max-drop', mostDrop: options.maxDrop! }
    : sizeGoalOf(options, bytesBefore);
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
