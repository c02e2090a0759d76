/** An allocation that was tried. */
export interface DropCandidate {
  /** Predicted cost, as `allocate` adds it up. */
  readonly cost: number;
  /** Measured drop, in percentage points. */
  readonly drop: number;
}

/** Target as a share of the drop allowed: a candidate just above the limit would be wasted. */
const AIM = 0.9;
/** Share of the drop allowed from which a candidate counts as good enough. */
const CLOSE_ENOUGH = 0.7;
/** Least and largest factor from a candidate's cost; farther away its drop says little. */
const MIN_FACTOR = 1 / 8;
const MAX_FACTOR = 4;
/** Steps smaller than this are lost in the noise of the measurement. */
const MIN_STEP = 1.3;

/**
 * Computes the predicted cost to try next, in search of the highest at which the measured drop stays within a
 * limit.
 *
 * The drop is taken to grow in proportion to the cost; once candidates on both sides of the limit are known,
 * the next one is between them.
 *
 * @param candidates  At least one.
 * @returns null where a next try isn't worth its time: the best one so far is near the limit.
 */
export function nextCost(candidates: readonly DropCandidate[], mostDrop: number): number | null {
  const failed = candidates.filter(({ drop }) => drop > mostDrop).sort((a, b) => a.cost - b.cost)[0];
  const held = candidates.filter(({ drop }) => drop <= mostDrop).sort((a, b) => b.cost - a.cost)[0];
  if (held === undefined) return failed!.cost * between(MIN_FACTOR, 1 / MIN_STEP, ratio(failed!));
  if (held.drop > CLOSE_ENOUGH * mostDrop) return null;
  if (failed === undefined) return held.cost * between(MIN_STEP, MAX_FACTOR, ratio(held));
  return failed.cost < held.cost * MIN_STEP ** 2 ? null : Math.sqrt(held.cost * failed.cost);

  function ratio({ drop }: DropCandidate): number {
    return drop <= 0 ? MAX_FACTOR : (AIM * mostDrop) / drop;
  }
}

const between = (least: number, most: number, value: number): number =>
  Math.min(most, Math.max(least, value));
