import type { Rows } from './dataset.js';
import { type InputRange, parseInputRange } from './input-range.js';

/** The ranges to try when none is given, likeliest first; only `as-is` for values that aren't bytes. */
export function candidateRanges(dtype: Rows['dtype'], channels: number): InputRange[] {
  if (dtype !== 'uint8') return [parseInputRange('as-is', channels)];
  const names = ['0..1', '-1..1', '0..255', ...(channels === 3 ? ['imagenet'] : [])];
  return names.map((name) => parseInputRange(name, channels));
}

/** A range for each input and how well the model does with them; more is better. */
export interface RangeScore {
  readonly ranges: readonly InputRange[];
  readonly score: number;
}

/**
 * Tries ranges one after another: the same for all inputs, as far as each takes it, then others for one input at a time.
 *
 * @param candidates  Those of each input, at least one.
 * @param margin      Share by which a score has to be better than an earlier one.
 * @returns the best, the earlier ones where two are as good, and the figures of all; NaN counts as worst.
 */
export async function chooseInputRanges(
  candidates: readonly (readonly InputRange[])[],
  score: (ranges: readonly InputRange[]) => Promise<number>,
  margin = 0,
): Promise<{ readonly best: readonly InputRange[]; readonly scores: readonly RangeScore[] }> {
  const scores: RangeScore[] = [];
  let best: RangeScore | undefined;
  const attempt = async (ranges: readonly InputRange[]) => {
    if (scores.some((tried) => tried.ranges.every((range, index) => range === ranges[index]))) return;
    const tried = { ranges, score: await score(ranges) };
    scores.push(tried);
    if (best === undefined || isBetter(tried.score, best.score, margin)) best = tried;
  };
  const open = candidates.filter((own) => own.length > 1);
  const names = new Set(open.flatMap((own) => own.map(({ name }) => name)));
  for (const name of names)
    await attempt(candidates.map((own) => own.find((each) => each.name === name) ?? own[0]!));
  for (const [index, own] of open.length > 1 ? candidates.entries() : []) {
    const { ranges } = best!;
    for (const range of own)
      if (range !== ranges[index]) await attempt(ranges.map((each, at) => (at === index ? range : each)));
  }
  return { best: best?.ranges ?? candidates.map(([first]) => first!), scores };
}

const isBetter = (score: number, than: number, margin: number): boolean =>
  score > (margin === 0 ? than : than + margin * Math.abs(than)) ||
  (Number.isNaN(than) && !Number.isNaN(score));
