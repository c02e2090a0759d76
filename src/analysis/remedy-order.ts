import type { Gain } from './gains.js';

/** A remedy that was tried, with its gain and its additional bytes. */
export interface TriedRemedy {
  readonly kind: string;
  readonly gain: Pick<Gain, 'points' | 'divergence'>;
  /** By how much the file grows. */
  readonly bytes: number;
}

/** Share of the best gain from which a remedy counts as equally good: then the bytes decide. */
const GOOD_ENOUGH = 2 / 3;

/**
 * Sorts remedies: first the smallest of the nearly best, then the others by gain; only the best clip is kept.
 *
 * @param goodEnough  Share of the best gain from which one is nearly best.
 */
export function inOrder<Tried extends TriedRemedy>(
  tried: readonly Tried[],
  goodEnough = GOOD_ENOUGH,
): Tried[] {
  const ordered = [...tried].sort(
    ({ gain: a }, { gain: b }) => b.points - a.points || b.divergence - a.divergence,
  );
  const clip = ordered.find(({ kind }) => kind === 'clip');
  const sorted = ordered.filter((each) => each.kind !== 'clip' || each === clip);
  const most = (figure: 'points' | 'divergence') => Math.max(...sorted.map(({ gain }) => gain[figure]));
  const [points, divergence] = [most('points'), most('divergence')];
  const good = sorted.filter(
    ({ gain }) => gain.points >= goodEnough * points && gain.divergence >= goodEnough * divergence,
  );
  if (good.length === 0) return sorted;
  const first = good.reduce((least, each) => (each.bytes < least.bytes ? each : least));
  return [first, ...sorted.filter((each) => each !== first)];
}
