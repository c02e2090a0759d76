import {
  announced,
  type CompressionJob,
  planModel,
  type QuantizedModel,
  trainIfBetterThanRounding,
} from '../compression/index.js';
import { goalOf } from '../plan/goal.js';
import { fitToGoal, type GoalFit } from './fit-to-goal.js';

/** A fitted model and how its widths came about. */
export interface WidthFit {
  readonly fitted: QuantizedModel;
  /** null: the user gave them. */
  readonly found: GoalFit | null;
  readonly notes: readonly string[];
  /** Whether its training was stopped on demand. */
  readonly isStopped: boolean;
  /** Whether a training was tried, and its weights were worse than rounded ones. */
  readonly isGivenUp: boolean;
}

/**
 * Fits a model at the widths that the user gave, or finds those that reach the goal.
 *
 * A training is kept only where it beats plain rounding.
 */
export async function fitWidths(job: CompressionJob): Promise<WidthFit> {
  const { options, session } = job;
  const { bits } = options;
  if (bits === 'auto') {
    const found = await fitToGoal(job, goalOf(options, session.liveModel.loaded.bytes));
    const { fitted, notes, isStopped, isGivenUp } = found.best;
    return { fitted, found, notes, isStopped, isGivenUp };
  }
  const plan = planModel(session.liveModel, { ...options, bits });
  return { ...(await trainIfBetterThanRounding(await announced(job), plan)), found: null };
}
