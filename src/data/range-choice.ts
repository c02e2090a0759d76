import type { Rows } from './dataset.js';
import { type InputRange, parseInputRange } from './input-range.js';

/** The ranges to try when none is given, likeliest first; only `as-is` for values that aren't bytes. */
export function candidateRanges(dtype: Rows['dtype'], channels: number): InputRange[] {
  if (dtype !== 'uint8') return [parseInputRange('as-is', channels)];
  const names = ['0..1', '-1..1', '0..255', ...(channels === 3 ? ['imagenet'] : [])];
  return names.map((name) => parseInputRange(name, channels));
}

/** A range and how well the model does with it; more is better. */
export interface RangeScore {
  readonly range: InputRange;
  readonly score: number;
}

/**
 * Tries ranges one after another.
 *
 * @param candidates  At least one.
 * @returns the best, the earlier one where two are as good, and the figures of all; NaN counts as worst.
 */
export async function chooseInputRange(
  candidates: readonly InputRange[],
  score: (range: InputRange) => Promise<number>,
): Promise<{ readonly best: InputRange; readonly scores: readonly RangeScore[] }> {
  const scores: RangeScore[] = [];
  let best: RangeScore | undefined;
  for (const range of candidates) {
    const tried = { range, score: await score(range) };
    scores.push(tried);
    if (
      best === undefined ||
      tried.score > best.score ||
      (Number.isNaN(best.score) && !Number.isNaN(tried.score))
    ) {
      best = tried;
    }
  }
  return { best: best!.range, scores };
}
